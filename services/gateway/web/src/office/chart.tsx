import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { drawn, type Decimal } from '../base/decimal';
import { day } from '../base/format';
import { look } from '../base/look';

/* Days along the bottom; a stepped curve for a level, bars for what comes and goes.  The numbers in
   the table beside it are exact, these are pixels. */
export interface Level {
  label: string;
  color: string;
  values: (Decimal | undefined)[];
  kind: 'step' | 'bar' | 'line';
}

/** A day that is marked: a line from top to bottom with its word. */
export interface Mark {
  day: string;
  color: string;
  label: string;
}

const HEIGHT = 240;
const seconds = (day: string): number => Date.parse(day + 'T00:00:00Z') / 1000;
const colorOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function seriesOf(level: Level): uPlot.Series {
  const color = colorOf(level.color);
  const paths =
    level.kind === 'bar'
      ? uPlot.paths.bars!({ size: [0.6, 14] })
      : level.kind === 'step'
        ? uPlot.paths.stepped!({ align: 1 })
        : uPlot.paths.linear!();
  return {
    label: level.label,
    stroke: color,
    width: level.kind === 'bar' ? 0 : 1.5,
    ...(level.kind === 'bar' ? { fill: color } : {}),
    ...(level.kind === 'line' ? { dash: [5, 4] } : {}),
    paths,
    points: { show: false },
  };
}

const LABEL_TOP = 12;
const LABEL_ROOM = 96; /* "Jan 02, 2027" and a gap */

const DAY = 86_400;
const DAY_STEPS = [1, 2, 5, 7, 14, 28, 56, 91, 182, 365, 730].map((days) => days * DAY);
const dayOf = (stamp: number): string => day(new Date(stamp * 1000).toISOString().slice(0, 10));

/** Over the curves, in pixels of the screen. */
function drawMarks(plot: uPlot, marks: readonly Mark[]): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px sans-serif`;
  ctx.lineWidth = ratio;
  marks.forEach((mark, index) => {
    const x = plot.valToPos(seconds(mark.day), 'x', true);
    if (x < bbox.left - 1 || x > bbox.left + bbox.width + 1) return;
    ctx.strokeStyle = ctx.fillStyle = colorOf(mark.color);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const late = x > bbox.left + bbox.width * 0.8;
    ctx.textAlign = late ? 'right' : 'left';
    ctx.fillText(mark.label, x + (late ? -4 : 4) * ratio, bbox.top + (index + 1) * LABEL_TOP * ratio);
  });
  ctx.restore();
}

interface ChartProps {
  days: string[];
  levels: Level[];
  label: string;
  marks?: readonly Mark[];
}

const NO_MARKS: readonly Mark[] = [];

export function Chart({ days, levels, label, marks = NO_MARKS }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const worn = look.value;
  useEffect(() => {
    const place = box.current!;
    const axis: uPlot.Axis = {
      stroke: colorOf('--text-soft'),
      grid: { stroke: colorOf('--line'), width: 1 },
      ticks: { show: false },
    };
    const options: uPlot.Options = {
      width: place.clientWidth,
      height: HEIGHT,
      padding: [null, LABEL_ROOM / 2, null, null] /* half a label beyond the last day */,
      tzDate: (stamp) => uPlot.tzDate(new Date(stamp * 1000), 'UTC'),
      scales: { x: { time: true } },
      series: [{}, ...levels.map(seriesOf)],
      axes: [
        { ...axis, incrs: DAY_STEPS, space: LABEL_ROOM, values: (_, stamps) => stamps.map(dayOf) },
        { ...axis, size: 70 },
      ],
      legend: { live: false },
      cursor: { y: false },
      hooks: { draw: [(plot) => drawMarks(plot, marks)] },
    };
    const data = [
      days.map(seconds),
      ...levels.map((level) => level.values.map((value) => (value === undefined ? null : drawn(value)))),
    ];
    const plot = new uPlot(options, data as uPlot.AlignedData, place);
    const watch = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT }));
    watch.observe(place);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [days, levels, worn, marks]);
  return <div class="chart" ref={box} role="img" aria-label={label} />;
}
