// Before what matters somebody shows again that it is them; the call that asked for it then goes on.
import { mount, unmount } from 'svelte'
import type { Problem } from '../../../shared/api.ts'
import { session } from '../session.svelte.ts'

/** What `act` answers; undefined when the person turned back. Raises what `act` raises. */
export async function confirmed<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act()
  } catch (problem) {
    if ((problem as Problem).key !== 'problem.confirm') throw problem
  }
  return (await ask()) ? act() : undefined
}

async function ask(): Promise<boolean> {
  const { default: Confirm } = await session.later(() => import('../pages/security/Confirm.svelte'))
  return new Promise((done) => {
    const dialog = mount(Confirm, {
      target: document.body,
      props: {
        onend: (shown: boolean) => {
          void unmount(dialog)
          done(shown)
        },
      },
    })
  })
}
