/* Pages of the administrator, fetched when the first of them is opened. */
export { Audit } from './audit';
export { Calendars } from './calendars';
export { Parameters } from './parameters';
export { Plants } from './plants';
export { Tokens } from './tokens';
