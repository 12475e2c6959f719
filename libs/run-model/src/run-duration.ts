/** A duration as the history record shows it: `H:MM:SS.ffffff`; negative spans (a clock that jumped) count as zero. */
export function formatDuration(milliseconds: number): string {
  const micros = Math.max(0, Math.round(milliseconds * 1000));
  const seconds = Math.floor(micros / 1_000_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${hours}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(micros % 1_000_000).padStart(6, '0')}`;
}
