/* Heard over machines: one high tone for yes, two low ones for no. */
let context: AudioContext | undefined;

function tone(hertz: number, from: number, seconds: number): void {
  context ??= new AudioContext();
  const source = context.createOscillator();
  const gain = context.createGain();
  source.type = 'square';
  source.frequency.value = hertz;
  gain.gain.value = 0.08;
  source.connect(gain).connect(context.destination);
  source.start(context.currentTime + from);
  source.stop(context.currentTime + from + seconds);
}

export function yes(): void {
  tone(1320, 0, 0.12);
  navigator.vibrate?.(40);
}

export function no(): void {
  tone(220, 0, 0.16);
  tone(196, 0.2, 0.24);
  navigator.vibrate?.([120, 60, 120]);
}
