/* What an act was before and after, field by field. */

export interface Field {
  name: string;
  before: string;
  after: string;
  changed: boolean;
}

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

function parsed(text: string | undefined): Record<string, Json> {
  try {
    const value = JSON.parse(text || '{}') as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

/** A list of words as words; anything deeper as it stands. */
function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Both sides of every field; those that changed first. */
export function fieldsOf(before: string | undefined, after: string | undefined): Field[] {
  const was = parsed(before);
  const is = parsed(after);
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return names
    .map((name): Field => {
      const [old, now] = [shown(was[name]), shown(is[name])];
      return { name, before: old, after: now, changed: old !== now };
    })
    .sort((a, b) => Number(b.changed) - Number(a.changed));
}
