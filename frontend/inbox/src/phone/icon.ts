// An icon where no component stands.
import { mount } from 'svelte'
import Icon from '../../../shared/Icon.svelte'

export function mountIcon(target: HTMLElement, svg: string): void {
  mount(Icon, { target, props: { svg, size: 20 } })
}
