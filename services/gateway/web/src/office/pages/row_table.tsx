import type { ComponentChildren } from 'preact';
import { day, number } from '../../base/format';
import { Name } from '../../base/names';
import { link } from '../../base/route';
import type { Values } from '../form';
import { plant } from '../state';
import { columnsOf, columnWord, isCode, isNumber, shownValue, type MasterFile } from './master_row';

/** One value of a row as people read it. */
export function Value({
  file,
  column,
  text,
}: {
  file: MasterFile;
  column: string;
  text: string | undefined;
}) {
  if (!text) return null;
  if (column === 'component')
    return (
      <a class="code" href={link('bill', { item: text })}>
        {text}
      </a>
    );
  if (column.startsWith('valid_')) return <>{day(text)}</>;
  if (isNumber(file, column)) return <>{number(text)}</>;
  return <span class={isCode(column) ? 'code' : ''}>{shownValue(column, text)}</span>;
}

/** Rows of a bill or a routing; what can be done with one stands behind it. */
export function RowTable<R extends { values: Values }>({
  file,
  rows,
  keyOf,
  act,
  tag,
}: {
  file: MasterFile;
  rows: readonly R[];
  keyOf: (row: R) => string | number;
  act?: (row: R) => ComponentChildren;
  tag?: (row: R) => ComponentChildren;
}) {
  const columns = columnsOf(
    file,
    rows.map((row) => row.values),
  );
  return (
    <div class="wide">
      <table class="plain-table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} class={isNumber(file, column) ? 'num' : ''}>
                {columnWord(column)}
              </th>
            ))}
            {act && <th />}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column, index) => (
                <td key={column} class={isNumber(file, column) ? 'num' : ''}>
                  <Value file={file} column={column} text={row.values[column]} />
                  {column === 'component' && (
                    <span class="rare">
                      {' '}
                      <Name plant={plant.value} item={row.values[column] ?? ''} />
                    </span>
                  )}
                  {index === 1 && tag?.(row)}
                </td>
              ))}
              {act && <td class="acts">{act(row)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
