import { signal } from '@preact/signals';

/** Where the user is: `#/suggestions?item=A-1`.  The part after # never reaches the server, so any
    page can be bookmarked and the server knows two documents only. */
export interface Place {
  page: string;
  query: URLSearchParams;
}

function read(): Place {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?') as [string?, string?];
  return { page: path, query: new URLSearchParams(query) };
}

export const place = signal<Place>(read());
addEventListener('hashchange', () => (place.value = read()));

export function link(page: string, query: Record<string, string | undefined> = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => !!pair[1]);
  const text = new URLSearchParams(given).toString();
  return `#/${page}${text ? '?' + text : ''}`;
}

export const go = (page: string, query: Record<string, string | undefined> = {}): void => {
  location.hash = link(page, query);
};
