// Builds both applications and writes one C file that holds them: node build.mjs OUT.c
// Names carry a hash of the content, so that a browser may keep a file for ever; the documents that
// name them are asked for each time.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) {
  console.error('usage: node build.mjs OUT.c');
  process.exit(2);
}

const TYPES = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

const assetOf = (path) => '/assets/' + path.split('/').pop();

async function bundle(name) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: { [name]: `src/${name}/main.tsx` },
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    charset: 'utf8',
    outdir: 'unused',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]', // what import() asks for when it is needed
    splitting: true,
    metafile: true,
    write: false,
  });
  const files = result.outputFiles.map((file) => ({
    path: assetOf(file.path),
    bytes: Buffer.from(file.contents),
  }));
  return { files, first: firstUse(result.metafile.outputs, name) };
}

/** The entry and what it imports at once: what a browser needs before it shows anything. */
function firstUse(outputs, name) {
  const entry = Object.keys(outputs).find((path) => outputs[path].entryPoint === `src/${name}/main.tsx`);
  const found = [entry];
  for (const path of found)
    for (const one of outputs[path].imports)
      if (one.kind === 'import-statement' && !found.includes(one.path)) found.push(one.path);
  return found.map(assetOf);
}

const ending = (path) => path.slice(path.lastIndexOf('.'));

async function application(name, path) {
  const { files, first } = await bundle(name);
  const style = files.find(
    (file) => file.path.startsWith(`/assets/${name}-`) && ending(file.path) === '.css',
  );
  const page = readFileSync(join(here, 'src', name, 'index.html'), 'utf8')
    .replace('{{script}}', first[0])
    .replace(
      '{{preload}}',
      first
        .slice(1)
        .map((one) => `<link rel="modulepreload" href="${one}" />`)
        .join('\n    '),
    )
    .replace('{{style}}', style.path);
  return [
    { path, bytes: Buffer.from(page), type: '.html' },
    ...files.map((file) => ({ ...file, type: ending(file.path), forever: true })),
  ];
}

const fixed = (path, file) => ({ path, bytes: readFileSync(join(here, 'src', file)), type: ending(file) });

// The floor's worker keeps the floor's files: it must know their names, and changes when they do.
async function worker(files) {
  const names = files.map((file) => file.path);
  const result = await build({
    absWorkingDir: here,
    entryPoints: ['src/floor/worker.ts'],
    bundle: true,
    minify: true,
    target: ['es2022'],
    legalComments: 'none',
    define: {
      FILES: JSON.stringify(names),
      VERSION: JSON.stringify(hashOf(Buffer.concat(files.map((file) => file.bytes)))),
    },
    write: false,
  });
  return { path: '/floor-worker.js', bytes: Buffer.from(result.outputFiles[0].contents), type: '.js' };
}

const icon = fixed('/icon.svg', 'icon.svg');
const floor = [
  ...(await application('floor', '/floor')),
  icon,
  fixed('/floor.webmanifest', 'floor/floor.webmanifest'),
];
const assets = [...(await application('office', '/')), ...floor, await worker(floor)];

const lines = [
  '/* Made by services/gateway/web/build.mjs. */',
  '#include "services/gateway/gateway_asset.h"',
  '',
];
const rows = assets.map((asset, index) => {
  const packed = gzipSync(asset.bytes, { level: 9 });
  lines.push(`static const unsigned char bytes_${index}[] = {${[...packed].join(',')}};`);
  return `    {"${asset.path}", "${TYPES[asset.type]}", "\\"${hashOf(asset.bytes)}\\"", bytes_${index}, sizeof bytes_${index}, ${asset.forever ? 'true' : 'false'}},`;
});
lines.push(
  '',
  'const struct asset assets[] = {',
  ...rows,
  '};',
  `const size_t asset_count = ${assets.length};`,
  '',
);
writeFileSync(out, lines.join('\n'));
for (const asset of assets)
  console.log(
    `${asset.path} ${asset.bytes.length} bytes, ${gzipSync(asset.bytes, { level: 9 }).length} packed`,
  );
