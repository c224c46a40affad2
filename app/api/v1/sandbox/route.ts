import { readRoute } from '@/lib/actions/define-route';
import { getSandboxView } from '@/lib/sandbox/get-sandbox-view';

export const GET = readRoute((context) => getSandboxView(context));
