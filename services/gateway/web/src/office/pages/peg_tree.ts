/** Pegs in the order of a tree: under each need what supplies it, item after item downwards. */
export interface Peg {
  item: string;
  level?: number;
  supply_kind: string;
  due_on?: string;
  supply?: string;
  reference?: string;
  for_item?: string;
  for_on?: string;
  quantity?: string;
  top_reference?: string;
  top_item?: string;
  customer?: string;
}

export interface Branch {
  peg: Peg;
  depth: number;
}

/** Supplies of an item that several parents share stand once, under the parent that comes first. */
export function pegTree(pegs: readonly Peg[]): Branch[] {
  const below = new Map<string, Peg[]>();
  const roots: Peg[] = [];
  for (const peg of pegs) {
    const parent = peg.for_item;
    if (!parent || parent === peg.item) roots.push(peg);
    else below.set(parent, [...(below.get(parent) ?? []), peg]);
  }
  const out: Branch[] = [];
  const waiting: Branch[] = roots.reverse().map((peg) => ({ peg, depth: 0 }));
  const open = (item: string, depth: number): void => {
    const found = below.get(item) ?? [];
    below.delete(item);
    for (const peg of found.reverse()) waiting.push({ peg, depth });
  };
  while (waiting.length > 0) {
    const next = waiting.pop()!;
    out.push(next);
    if (waiting.at(-1)?.peg.item !== next.peg.item) open(next.peg.item, next.depth + 1);
  }
  for (const rest of below.values()) for (const peg of rest) out.push({ peg, depth: 0 });
  return out;
}
