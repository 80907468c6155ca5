import { call } from './api';

/* Pages that the server draws (Inventory.PrintLabels, PrintPicks): shown to nobody but the printer. */
interface Page {
  svg: string;
  width_mm: number;
  height_mm: number;
}

function paper({ width_mm, height_mm }: Page): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    `@page { size: ${width_mm}mm ${height_mm}mm; margin: 0 }
     .printed { display: none }
     @media print {
       body > :not(.printed) { display: none !important }
       body { background: #fff }
       .printed { display: block }
       .printed img { display: block; width: ${width_mm}mm; height: ${height_mm}mm; break-after: page }
     }`,
  );
  return sheet;
}

export async function print(plant: string, method: string, body: object): Promise<void> {
  const { pages = [] } = await call<{ pages?: Page[] }>(plant, method, body);
  if (!pages[0]) return;
  const box = document.createElement('div');
  box.className = 'printed';
  const sheet = paper(pages[0]);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  for (const page of pages) {
    const image = new Image();
    image.alt = '';
    image.src = URL.createObjectURL(new Blob([page.svg], { type: 'image/svg+xml' }));
    box.append(image);
  }
  document.body.append(box);
  await Promise.all([...box.querySelectorAll('img')].map((image) => image.decode()));
  window.print();
  for (const image of box.querySelectorAll('img')) URL.revokeObjectURL(image.src);
  box.remove();
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
}

export const printLabel = (plant: string, label: Record<string, string>): Promise<void> =>
  print(plant, 'Inventory.PrintLabels', { labels: [label] });
