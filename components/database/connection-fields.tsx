import { Field } from '@/components/ui/field';
import { Input, Select } from '@/components/ui/input';
import type { DatabaseView, Environment } from '@/lib/views/transition-view';

export interface Connection {
  readonly name: string;
  readonly environment: Environment;
  readonly url: string;
  readonly tls: DatabaseView['tls'];
}

const ENVIRONMENTS: readonly Environment[] = ['development', 'staging', 'production'];
const TLS: readonly { readonly value: DatabaseView['tls']; readonly label: string }[] = [
  { value: 'prefer', label: 'Prefer: encrypted where the server can' },
  { value: 'require', label: 'Require: encrypted, certificate not checked' },
  { value: 'verify-full', label: 'Verify: encrypted, certificate and name checked' },
  { value: 'disable', label: 'Off: not encrypted' },
];

/** Name, environment, URL and TLS of a database, with the server's refusals at their fields. */
export function ConnectionFields(props: {
  readonly value: Connection;
  readonly errors: Readonly<Record<string, string>>;
  readonly urlLabel: string;
  readonly urlHint: string;
  readonly onChange: (value: Connection) => void;
}) {
  const { value, errors, onChange } = props;
  return (
    <>
      <Field label={props.urlLabel} error={errors.url} hint={props.urlHint}>
        {(ids) => (
          <Input
            {...ids}
            className="font-mono"
            autoComplete="off"
            spellCheck={false}
            placeholder="postgres://user:password@host:5432/database"
            value={value.url}
            onChange={(event) => onChange({ ...value, url: event.target.value })}
          />
        )}
      </Field>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label="Name" error={errors.name}>
          {(ids) => (
            <Input
              {...ids}
              autoComplete="off"
              placeholder="shop"
              value={value.name}
              onChange={(event) => onChange({ ...value, name: event.target.value })}
            />
          )}
        </Field>
        <Field label="Environment" error={errors.environment}>
          {(ids) => (
            <Select
              {...ids}
              value={value.environment}
              onChange={(event) =>
                onChange({
                  ...value,
                  environment: ENVIRONMENTS.find((name) => name === event.target.value) ?? value.environment,
                })
              }
            >
              {ENVIRONMENTS.map((name) => (
                <option key={name} value={name}>
                  {name.charAt(0).toUpperCase() + name.slice(1)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Field label="TLS" error={errors.tls}>
        {(ids) => (
          <Select
            {...ids}
            value={value.tls}
            onChange={(event) =>
              onChange({
                ...value,
                tls: TLS.find((option) => option.value === event.target.value)?.value ?? value.tls,
              })
            }
          >
            {TLS.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </>
  );
}
