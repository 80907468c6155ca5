import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { call } from './api';
import { decimal, drawn, isZero, micro, minus, sum, type Decimal } from './decimal';
import { day, number } from './format';
import { Name } from './names';
import { resource } from './resource';
import { saying } from './words';

/*
 * What an order still needs, drawn: of each component a bar of the need, green as far as there is
 * stock, red where it is missing; beside it where the stock lies, and when what is missing comes.
 */
const say = saying({
  title: ['缺料图', 'What is missing'],
  all: ['所需物料都有库存', 'There is stock of all that is needed'],
  there: ['{n} 种有库存，及其库位', '{n} have stock, and where it lies'],
  none: ['不再需要物料', 'Nothing more is needed'],
  missing: ['缺 {n}', '{n} missing'],
  comes: ['{day} 到 {n}（{what}）', '{n} on {day} ({what})'],
  never: ['没有在途', 'nothing on its way'],
  loading: ['正在读取…', 'Loading…'],
  away: ['需要连接服务器才能看到', 'To be seen with a connection only'],
} as const);

export interface Need {
  item: string;
  need: Decimal;
}

interface Place {
  location: string;
  quantity: Decimal;
}

interface Cover extends Need {
  free: Decimal;
  places: Place[];
  comes?: { date: string; quantity: Decimal; what: string } | undefined;
}

interface StockRow {
  location: string;
  status: string;
  quantity: Decimal;
}

interface Element {
  kind: string;
  date_on?: string;
  quantity?: Decimal;
  reference?: string;
  planned_order_id?: string;
}

const AT_ONCE = 6;

async function coverOf(plant: string, { item, need }: Need): Promise<Cover> {
  const stock = await call<{ rows?: StockRow[] }>(plant, 'Inventory.ListStock', { item, limit: 100 });
  const places = (stock.rows ?? []).filter((row) => row.status === 'available');
  const free = sum(places.map((row) => row.quantity));
  if ((micro(free) ?? 0n) >= (micro(need) ?? 0n)) return { item, need, free, places };
  const plan = await call<{ elements?: Element[] }>(plant, 'Mrp.GetStockRequirements', { item });
  const first = (plan.elements ?? []).find(
    (one) => one.kind !== 'stock' && !one.planned_order_id && (micro(one.quantity) ?? 0n) > 0n,
  );
  const comes = first && {
    date: first.date_on ?? '',
    quantity: first.quantity ?? '0',
    what: first.reference ?? '',
  };
  return { item, need, free, places, comes };
}

async function allCovers(plant: string, needs: readonly Need[]): Promise<Cover[]> {
  const out: Cover[] = [];
  for (let at = 0; at < needs.length; at += AT_ONCE)
    out.push(...(await Promise.all(needs.slice(at, at + AT_ONCE).map((one) => coverOf(plant, one)))));
  return out;
}

const lackOf = (one: Cover): Decimal => {
  const lack = (micro(one.need) ?? 0n) - (micro(one.free) ?? 0n);
  return decimal(lack > 0n ? lack : 0n);
};

const PLACES = 3;

function Bar({ plant, one }: { plant: string; one: Cover }): JSX.Element {
  const lack = lackOf(one);
  const have = minus(one.need, lack);
  const share = Math.round((100 * drawn(have)) / Math.max(drawn(one.need), 1e-6));
  const where = one.places
    .slice(0, PLACES)
    .map((place) => `${place.location} ${number(place.quantity)}`)
    .join(' · ');
  return (
    <li>
      <span>
        <span class="code">{one.item}</span> <Name plant={plant} item={one.item} />
      </span>
      <svg
        viewBox="0 0 100 12"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${one.item}: ${number(have)} / ${number(one.need)}`}
      >
        <rect class="lack" width="100" height="12" rx="2" />
        <rect class="have" width={share} height="12" rx="2" />
      </svg>
      <span class="num">
        {number(have)} / {number(one.need)}
      </span>
      <small class="soft">{where}</small>
      {!isZero(lack) && (
        <small class="bad-text">
          {say('missing', { n: number(lack) })}
          {' · '}
          {one.comes
            ? say('comes', {
                day: day(one.comes.date),
                n: number(one.comes.quantity),
                what: one.comes.what,
              })
            : say('never')}
        </small>
      )}
    </li>
  );
}

const Bars = ({ plant, of }: { plant: string; of: readonly Cover[] }): JSX.Element => (
  <ul>
    {of.map((one) => (
      <Bar key={one.item} plant={plant} one={one} />
    ))}
  </ul>
);

export function Missing({ plant, needs }: { plant: string; needs: readonly Need[] }): JSX.Element {
  const open = needs.filter((one) => !isZero(one.need));
  const key = JSON.stringify(open);
  const got = useMemo(() => resource(() => allCovers(plant, open)), [plant, key]);
  useEffect(() => void got.load(), [got]);
  const covers = [...(got.value.value ?? [])].sort((a, b) => drawn(lackOf(b)) - drawn(lackOf(a)));
  const there = covers.filter((one) => isZero(lackOf(one)));
  const fine = covers.length > 0 && there.length === covers.length;
  return (
    <section class="missing panel" aria-label={say('title')}>
      <h2>{say('title')}</h2>
      {open.length === 0 && <p class="body soft">{say('none')}</p>}
      {got.error.value && (
        <p class="body soft">{got.error.value.again ? say('away') : got.error.value.message}</p>
      )}
      {open.length > 0 && !got.value.value && !got.error.value && <p class="body soft">{say('loading')}</p>}
      {fine && <p class="body good-text">{say('all')}</p>}
      <Bars plant={plant} of={covers.filter((one) => !isZero(lackOf(one)))} />
      {there.length > 0 && (
        <details>
          <summary class="soft">{say('there', { n: there.length })}</summary>
          <Bars plant={plant} of={there} />
        </details>
      )}
    </section>
  );
}
