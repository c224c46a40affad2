import type { OperationKind } from '@/lib/core/operation';
import { COLUMN_FORMS } from './column-forms';
import type { OperationForm } from './form-field';
import { KEY_FORMS } from './key-forms';
import { OTHER_FORMS } from './other-forms';
import { TABLE_FORMS } from './table-forms';

/** Every kind of operation. A kind without a form does not compile. */
export const OPERATION_FORMS: Readonly<Record<OperationKind, OperationForm>> = {
  ...COLUMN_FORMS,
  ...KEY_FORMS,
  ...TABLE_FORMS,
  ...OTHER_FORMS,
};

const kindsOf = (forms: Partial<Record<OperationKind, OperationForm>>) =>
  Object.keys(forms) as readonly OperationKind[];

/** The kinds as the form offers them, in their order. */
export const FORM_GROUPS: readonly { readonly title: string; readonly kinds: readonly OperationKind[] }[] = [
  { title: 'Columns', kinds: kindsOf(COLUMN_FORMS) },
  { title: 'Indexes and constraints', kinds: kindsOf(KEY_FORMS) },
  { title: 'Tables', kinds: kindsOf(TABLE_FORMS) },
  { title: 'Other', kinds: kindsOf(OTHER_FORMS) },
];
