import { questionRoute } from '@/lib/actions/define-route';
import { folderInput, orderFolder } from '@/lib/services/order-folder';

export const POST = questionRoute(folderInput, async (_context, body) => orderFolder(body));
