import type { ComponentChildren } from 'preact';
import { day, daysBetween, plusDays } from '../base/format';

/* Bars over days: a row a bar, names on the left indented by depth.  For some hundreds of rows; a
   longer list is for the table. */
export interface Bar {
  key: string;
  name: ComponentChildren;
  depth: number;
  from: string;
  to: string;
  tone: 'good' | 'bad' | 'info' | 'dim';
  title: string;
}

export const BARS_MAX = 400;
const TICKS = 8;
const percent = (part: number, all: number): string => `${((100 * part) / all).toFixed(2)}%`;

function span(bars: readonly Bar[], today: string): { first: string; days: number } {
  let first = today;
  let last = today;
  for (const bar of bars) {
    if (bar.from < first) first = bar.from;
    if (bar.to > last) last = bar.to;
  }
  first = plusDays(first, -1);
  return { first, days: daysBetween(first, last) + 2 };
}

const edges = (from: string, to: string, first: string, days: number) => ({
  left: percent(daysBetween(first, from), days),
  width: percent(Math.max(1, daysBetween(from, to)), days),
});

export function Gantt({ bars, today, label }: { bars: readonly Bar[]; today: string; label: string }) {
  const shown = bars.slice(0, BARS_MAX);
  const { first, days } = span(shown, today);
  const step = Math.max(1, Math.ceil(days / TICKS));
  const ticks = Array.from({ length: Math.ceil(days / step) }, (_, i) => plusDays(first, i * step));
  const now = { left: percent(daysBetween(first, today), days) };
  return (
    <div class="gantt panel" role="table" aria-label={label} tabIndex={0}>
      <div class="line title" role="row">
        <span role="columnheader" />
        <span class="track" role="columnheader">
          {ticks.map((one) => (
            <span key={one} class="tick" style={{ left: percent(daysBetween(first, one), days) }}>
              {day(one)}
            </span>
          ))}
        </span>
      </div>
      {shown.map((bar) => (
        <div key={bar.key} class="line" role="row" title={bar.title}>
          <span role="cell" style={{ paddingLeft: `${bar.depth * 16}px` }}>
            {bar.name}
          </span>
          <span class="track" role="cell" aria-label={bar.title}>
            <span class="now" style={now} />
            <span class={`bar ${bar.tone}`} style={edges(bar.from, bar.to, first, days)} />
          </span>
        </div>
      ))}
    </div>
  );
}
