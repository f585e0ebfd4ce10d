// What agents format. Whatever is pasted, kept or shown is built anew from a short list of elements, so that nothing else gets into
// the page; the server trusts none of it and does the same (`conversations/formatting.py`).
const named = (names: string) => new Set(names.toUpperCase().split(' '))
const BLOCKS = named('blockquote div h1 h2 h3 h4 h5 h6 hr li ol p pre table tbody thead tr ul')
const INLINE = named('a b br code em i s strong td th u')
const APART = named('h1 h2 h3 h4 h5 h6 p pre table')
/** Blocks of other pages that mean no more than a line of their own. */
const OTHER_BLOCKS = named('address article aside center dd dl dt figcaption figure footer header main nav section')
const SILENT = named(
  'script style head title meta link template noscript xml svg math object iframe select textarea button',
)
const ADDRESS = /^(?:https?:\/\/|mailto:|tel:)/i
const PICTURE = /(?:^cid:|\/api\/v1\/attachments\/)([0-9a-f-]{36})$/
const DRAWN = '/api/v1/attachments/'
/** How other programs write what we have elements for. */
const STYLES: [RegExp, string][] = [
  [/font-weight:\s*(?:bold|[6-9]00)/i, 'B'],
  [/font-style:\s*italic/i, 'I'],
  [/text-decoration[^;]*:[^;]*underline/i, 'U'],
  [/text-decoration[^;]*:[^;]*line-through/i, 'S'],
]

type Vouch = { createHTML: (text: string) => string }
const factory = (globalThis as { trustedTypes?: { createPolicy: (name: string, rules: Vouch) => Vouch } }).trustedTypes
const policy = factory?.createPolicy('lyhord-words', { createHTML: (text) => text })

/** Where the page's policy asks for it: this text becomes markup only where nothing acts, or was safe markup before. */
export function vouched(html: string): string {
  return policy ? policy.createHTML(html) : html
}

/** The safe form of any HTML. Pictures are drawn from our own server. */
export function safe(html: string): DocumentFragment {
  const built = document.createDocumentFragment()
  build(parsed(html), built)
  return built
}

/** What is kept and sent of what stands in an editor: pictures by the ids of their attachments. */
export function kept(html: string): string {
  return html.replaceAll(/(<img\b[^>]*?\ssrc=")[^"]*\/api\/v1\/attachments\/(?=[0-9a-f-]{36}")/g, '$1cid:')
}

/** Whether HTML says more than its plain words. */
export function isFormatted(html: string): boolean {
  return /<(?!\/?(?:div|p|br)\b)/i.test(html)
}

/** Words that are no markup in HTML, also within quotes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!)
}

export function fromPlain(text: string): string {
  const lines = escaped(text)
    .split('\n')
    .map((line) => line.replace(/ (?= |$)|^ /g, '&nbsp;'))
  return lines.map((line) => `<div>${line || '<br>'}</div>`).join('')
}

/** The same words as text: a line for each block, marks before items and quotes, addresses behind links. */
export function toPlain(html: string): string {
  return linesOf(parsed(html))
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/^\n+|\n+$/g, '')
    .replaceAll('\u00a0', ' ')
}

/** What somebody typed as the address of a link; null when it can be none. */
export function addressOf(typed: string): string | null {
  const words = typed.trim()
  if (!words || /\s/.test(words)) return null
  if (/^(?:https?:\/\/|mailto:|tel:)./i.test(words)) return words
  if (/^[\w.-]+:(?!\d)/.test(words)) return null
  if (/^[^@/]+@[^@/]+\.[^@/]+$/.test(words)) return `mailto:${words}`
  return /^[^/.]+(?:\.[^/.]+)+(?:[/?#:].*)?$/.test(words) ? `https://${words}` : null
}

/** A tree in which nothing loads or acts. */
function parsed(html: string): DocumentFragment {
  const template = document.createElement('template')
  template.innerHTML = vouched(html)
  return template.content
}

function build(from: Node, into: Node): void {
  for (const child of from.childNodes) {
    if (child instanceof Text) into.appendChild(document.createTextNode(child.data))
    else if (child instanceof Element && !SILENT.has(child.nodeName.toUpperCase())) buildElement(child, into)
  }
}

function buildElement(from: Element, into: Node): void {
  const made = copyOf(from)
  let inner = made ? into.appendChild(made) : into
  const style = from.getAttribute('style') ?? ''
  for (const [pattern, name] of STYLES)
    if (name !== from.nodeName && pattern.test(style)) inner = inner.appendChild(document.createElement(name))
  if (from.nodeName !== 'IMG') build(from, inner)
}

/** The element without its children; null for one of which only the words are kept. */
function copyOf(from: Element): HTMLElement | null {
  const name = from.nodeName
  if (name === 'IMG') return pictureOf(from)
  if (name === 'B' && /font-weight:\s*(?:normal|400)/i.test(from.getAttribute('style') ?? '')) return null
  if (OTHER_BLOCKS.has(name)) return document.createElement('div')
  if (!BLOCKS.has(name) && !INLINE.has(name)) return null
  const made = document.createElement(name)
  const address = from.getAttribute('href')?.trim() ?? ''
  if (name === 'A') {
    if (!ADDRESS.test(address)) return null
    made.setAttribute('href', address)
  }
  const start = from.getAttribute('start') ?? ''
  if (name === 'OL' && /^\d{1,6}$/.test(start)) made.setAttribute('start', start)
  return made
}

function pictureOf(from: Element): HTMLElement | null {
  const id = PICTURE.exec(from.getAttribute('src') ?? '')?.[1]
  if (!id) return null
  const made = document.createElement('img')
  made.setAttribute('src', DRAWN + id)
  made.setAttribute('alt', from.getAttribute('alt') ?? '')
  return made
}

/** Lines as they come about. A line is open while more words may join it. */
class Lines {
  readonly done: string[] = []
  private open = false
  private gap = false

  say(words: string, pre = false): void {
    if (!pre && (!this.open || this.done.at(-1)!.endsWith(' '))) words = words.replace(/^ +/, '')
    if (!words) return
    if (!this.open) this.put('')
    this.open = true
    this.done[this.done.length - 1] += words
  }
  put(line: string): void {
    if (this.gap && this.done.length) this.done.push('')
    this.done.push(line)
    this.open = this.gap = false
  }
  end(apart = false): void {
    this.open = false
    this.gap ||= apart
  }
  broken(): void {
    if (!this.open) this.put('')
    this.open = false
  }
}

function linesOf(node: Node, pre = node.nodeName === 'PRE'): string[] {
  const lines = new Lines()
  read(node, lines, pre)
  return lines.done
}

function read(node: Node, lines: Lines, pre: boolean): void {
  let number = Number((node as Element).getAttribute?.('start') || 1)
  for (const child of node.childNodes) {
    const name = child.nodeName
    if (child instanceof Text) sayText(child.data, lines, pre)
    else if (!(child instanceof Element) || SILENT.has(name)) continue
    else if (name === 'BR') lines.broken()
    else if (name === 'IMG') lines.say(child.getAttribute('alt') ? `[${child.getAttribute('alt')}]` : '')
    else if (name === 'A') lines.say(linkOf(linesOf(child).join(' ').trim(), child.getAttribute('href') ?? ''))
    else if (BLOCKS.has(name)) {
      lines.end(APART.has(name))
      if (name === 'LI') mark(lines, child, node.nodeName === 'OL' ? `${number++}. ` : '- ')
      else if (name === 'BLOCKQUOTE') mark(lines, child, '> ', true)
      else read(child, lines, pre || name === 'PRE')
      lines.end(APART.has(name))
    } else {
      read(child, lines, pre)
      if (name === 'TD' || name === 'TH') lines.say(' ')
    }
  }
}

function sayText(text: string, lines: Lines, pre: boolean): void {
  text = text.replaceAll('\u200b', '')
  if (!pre) return lines.say(text.replace(/[ \t\r\n\f]+/g, ' '))
  text.split('\n').forEach((line, at) => {
    if (at) lines.broken()
    lines.say(line, true)
  })
}

function mark(lines: Lines, node: Node, sign: string, again = false): void {
  linesOf(node).forEach((line, at) => lines.put((again || !at ? sign : ' '.repeat(sign.length)) + line))
}

function linkOf(words: string, address: string): string {
  const target = address.replace(/^mailto:/, '').replace(/^tel:/, '')
  if (!target || [address, target, target.replace(/^https?:\/\//, '').replace(/\/+$/, '')].includes(words)) return words
  return words ? `${words} (${target})` : target
}
