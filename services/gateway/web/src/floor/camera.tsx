import { useEffect, useRef } from 'preact/hooks';
import { say } from './words';

/* Scanning by the camera, where the browser can read bar codes. */
interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type DetectorMaker = new (options: { formats: string[] }) => Detector;

const maker = (globalThis as { BarcodeDetector?: DetectorMaker }).BarcodeDetector;
export const hasCamera = !!maker && !!navigator.mediaDevices?.getUserMedia;

const FORMATS = ['code_128', 'qr_code', 'data_matrix', 'ean_13'];
const LOOK_EVERY_MS = 150;

export function Camera({ found, close }: { found: (raw: string) => void; close: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    let stream: MediaStream | undefined;
    let over = false;
    async function look(detector: Detector): Promise<void> {
      const seen = over ? [] : await detector.detect(video.current!).catch(() => []);
      if (over) return;
      if (seen[0]) found(seen[0].rawValue);
      else setTimeout(() => void look(detector), LOOK_EVERY_MS);
    }
    navigator.mediaDevices
      .getUserMedia({ video: { facingMode: 'environment' } })
      .then(async (got) => {
        stream = got;
        if (over) return got.getTracks().forEach((track) => track.stop());
        video.current!.srcObject = got;
        await video.current!.play();
        await look(new maker!({ formats: FORMATS }));
      })
      .catch(close);
    return () => {
      over = true;
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, []);
  return (
    <div class="camera">
      <video ref={video} playsInline muted aria-label={say('camera')} />
      <button class="button big" onClick={close}>
        {say('cancel')}
      </button>
    </div>
  );
}
