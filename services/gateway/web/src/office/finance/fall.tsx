import { drawn, isNegative, isZero, sum, type Decimal } from '../../base/decimal';
import { number } from '../../base/format';
import { Money } from '../pages/columns';
import { say } from './words';

/** A step of a waterfall: a level that stands by itself, or what is added to the one before. */
export interface Step {
  key: string;
  label: string;
  amount: Decimal;
  level?: boolean;
  /** Neither good nor bad. */
  plain?: boolean;
}

interface Placed extends Step {
  from: number;
  to: number;
}

const ROOM = 0.5; /* of the range, left below the lowest: a level is to be seen as one */

function placed(steps: readonly Step[]): Placed[] {
  let at: Decimal = '0';
  return steps.map((step) => {
    const start = step.level ? '0' : at;
    at = step.level ? step.amount : sum([at, step.amount]);
    return { ...step, from: drawn(start), to: drawn(at) };
  });
}

/* Levels are far from zero and steps are small: the axis begins where something happens, and says so. */
function rangeOf(bars: readonly Placed[]): { low: number; high: number } {
  const ends = bars.flatMap((bar) => (bar.level ? [bar.to] : [bar.from, bar.to]));
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const room = (high - low) * ROOM || Math.abs(high) || 1;
  return {
    low: low > 0 && low > (high - low) / 2 ? Math.max(0, low - room) : Math.min(0, low),
    high: Math.max(high, 0),
  };
}

const lookOf = (bar: Step): string =>
  bar.level
    ? 'level'
    : isZero(bar.amount)
      ? 'zero'
      : bar.plain
        ? 'plain'
        : isNegative(bar.amount)
          ? 'less'
          : 'more';

export function Fall({
  label,
  steps,
  chosen,
  choose,
}: {
  label: string;
  steps: readonly Step[];
  chosen: string;
  choose: (key: string) => void;
}) {
  const bars = placed(steps);
  const { low, high } = rangeOf(bars);
  const share = (value: number): number => (Math.max(0, value - low) / (high - low || 1)) * 100;
  return (
    <div class="fall" role="group" aria-label={label}>
      {bars.map((bar, index) => {
        const left = Math.min(share(bar.from), share(bar.to));
        const width = Math.abs(share(bar.to) - share(bar.from));
        const look = lookOf(bar);
        return (
          <button
            key={bar.key}
            class={`step ${look}${chosen === bar.key ? ' on' : ''}`}
            aria-pressed={chosen === bar.key}
            onClick={() => choose(bar.key)}
          >
            <span class="what">{bar.label}</span>
            <span class="track" aria-hidden="true">
              <i class="bar" style={{ left: `${left}%`, width: `max(2px, ${width}%)` }} />
              {index < bars.length - 1 && <i class="join" style={{ left: `${share(bar.to)}%` }} />}
            </span>
            <span class="num">
              {!bar.level && !isNegative(bar.amount) && !isZero(bar.amount) ? '+' : ''}
              <Money text={bar.amount} plain={!bar.level} />
            </span>
          </button>
        );
      })}
      {low > 0 && <p class="soft axis">{say('axis', { n: number(String(Math.floor(low))) })}</p>}
    </div>
  );
}
