// Elements without a framework: the panel is small, and a framework alone would weigh more than all of it.

type Value = string | number | boolean | null | undefined | ((event: never) => void)
export type Child = Node | string | false | null | undefined

/** An element. What begins with `on` is a listener; false, null and undefined leave an attribute out; true sets it empty. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  facts: Record<string, Value> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(facts)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener)
    else mark(element, name, value)
  }
  for (const child of children) if (child) element.append(child)
  return element
}

/** Set an attribute, or take it off; touches nothing that is so already. */
export function mark(element: Element, name: string, value: Value): void {
  if (value === false || value == null) element.removeAttribute(name)
  else if (element.getAttribute(name) !== String(value === true ? '' : value)) {
    element.setAttribute(name, String(value === true ? '' : value))
  }
}

/** Say something, unless it is said already: live regions speak up at every change. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

/** Make `nodes` the children of `parent`; what is there already isn't touched, so that focus and live regions stay as they are. */
export function fill(parent: Element, nodes: readonly Node[]): void {
  const wanted = new Set(nodes)
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove()
  let next = parent.firstChild
  for (const node of nodes) {
    if (node === next) next = next.nextSibling
    else parent.insertBefore(node, next)
  }
}

// Shapes from lucide, only those that the panel needs.
const shapes = {
  close: 'M18 6 6 18M6 6l12 12',
  send: 'm5 12 7-7 7 7M12 19V5',
  attach: 'm16 6-8.4 8.6a2 2 0 0 0 2.8 2.8l8.4-8.6a4 4 0 1 0-5.7-5.6l-8.3 8.6a6 6 0 1 0 8.4 8.4l8.4-8.6',
  emoji: 'M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0zM8 14s1.5 2 4 2 4-2 4-2M9 9h.01M15 9h.01',
  voice: 'M12 19v3M19 10v2a7 7 0 0 1-14 0v-2M9 5a3 3 0 0 1 6 0v7a3 3 0 0 1-6 0z',
  play: 'm6 3 14 9-14 9z',
  file: 'M15 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V7zM14 2v4a2 2 0 0 0 2 2h4',
}

export function icon(name: keyof typeof shapes): SVGElement {
  const space = 'http://www.w3.org/2000/svg'
  const picture = document.createElementNS(space, 'svg')
  const path = document.createElementNS(space, 'path')
  for (const [key, value] of Object.entries({ viewBox: '0 0 24 24', width: '20', height: '20', 'aria-hidden': 'true' }))
    picture.setAttribute(key, value)
  path.setAttribute('d', shapes[name])
  picture.append(path)
  return picture
}

/** A button that shows an icon and says what it does. */
export function tool(name: keyof typeof shapes, label: string, onclick: () => void, kind = 'plain'): HTMLButtonElement {
  return h('button', { type: 'button', class: kind, 'aria-label': label, title: label, onclick }, icon(name))
}
