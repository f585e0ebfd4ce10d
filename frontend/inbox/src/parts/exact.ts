// The exact time of what is pointed at. Spelling out a date costs more than drawing a row, so it is done when somebody asks.
import { exactTime } from '../../../shared/times.ts'

/** Give every `<time datetime>` its full date when the pointer comes to it. */
export function tellExactTimes(): void {
  document.addEventListener('pointerover', (event) => {
    const time = (event.target as Element).closest?.('time')
    if (time?.dateTime) time.title = exactTime(Date.parse(time.dateTime))
  })
}
