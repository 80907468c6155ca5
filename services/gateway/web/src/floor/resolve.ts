import { ApiError, call } from '../base/api';
import { scanOf } from './scan';
import { connected, plant } from './state';

/* What was scanned: the server knows everything that is called so; without a connection this terminal
   knows what the text says by itself. */
export interface Found {
  code: string;
  /** The server has said what it is; else it may be anything. */
  known: boolean;
  item?: string;
  lot?: string;
  quantity?: string;
  order?: string;
  operation?: string;
  location?: string;
  person?: string;
  count?: string;
}

interface Match {
  kind: string;
  code: string;
  work_order?: string;
  item?: string;
  lot?: string;
  state?: string;
}

interface Reply {
  code?: string;
  lot?: string;
  quantity?: string;
  matches?: Match[];
}

function local(raw: string): Found {
  const { serial, expires: _, lot, quantity, ...rest } = scanOf(raw);
  return {
    ...rest,
    known: false,
    ...((lot ?? serial) ? { lot: (lot ?? serial)! } : {}),
    ...(quantity || serial ? { quantity: quantity ?? '1' } : {}),
  };
}

const given = (fields: Record<string, string | undefined>): Partial<Found> =>
  Object.fromEntries(Object.entries(fields).filter(([, text]) => text));

function foundOf(reply: Reply): Found {
  const of = (kind: string): Match | undefined => reply.matches?.find((one) => one.kind === kind);
  const operation = of('operation');
  return {
    code: reply.code ?? '',
    known: true,
    ...given({
      item: of('lot')?.item ?? of('item')?.code,
      lot: reply.lot ?? of('lot')?.lot,
      quantity: reply.quantity,
      order: of('work_order')?.code ?? operation?.work_order,
      operation: operation?.code,
      location: of('location')?.code,
      person: of('person')?.code,
      count: of('count')?.state === 'open' ? of('count')?.code : undefined,
    }),
  };
}

/** Throws what the server says against the text, a wrong check digit for one. */
export async function resolve(raw: string): Promise<Found> {
  if (!raw.trim() || !connected.value) return local(raw);
  try {
    return foundOf(await call<Reply>(plant.value, 'Inventory.ResolveScan', { scan: raw }));
  } catch (cause) {
    if (cause instanceof ApiError && (cause.again || cause.status === 401)) return local(raw);
    throw cause;
  }
}
