// The editor that formats, and what it can do here. What no mail needs is switched off.
import Squire from 'squire-rte'
import {
  iconBold,
  iconBullets,
  iconItalic,
  iconLink,
  iconNumbered,
  iconPlain,
  iconQuote,
  iconUnderline,
} from '../../../shared/icons.ts'
import { isMac } from '../keys.ts'
import { safe, vouched } from './formatting.ts'

export class Editor extends Squire {
  constructor(root: HTMLElement) {
    super(root, {
      sanitizeToDOMFragment: safe,
      undo: { documentSizeThreshold: 100_000, undoLimit: 100 },
      didError: (problem) => reportError(problem),
    })
    this._imageResizer.destroy()
    for (const key of ['d', 'Shift-5', 'Shift-6', 'Shift-7'])
      this.setKeyHandler((isMac ? 'Meta-' : 'Ctrl-') + key, null)
  }

  /** Undo puts back what stood here. */
  override _setRawHTML(html: string): this {
    super._setRawHTML(vouched(html))
    return this
  }

  /** The link in which the caret stands. */
  get link(): HTMLAnchorElement | null {
    const { commonAncestorContainer: node } = this.getSelection()
    const found = (node instanceof Element ? node : node.parentElement)?.closest('a')
    return found && this.getRoot().contains(found) ? found : null
  }

  /** Make a link of what is selected, of the link in which the caret stands, or of the address itself. */
  linkTo(address: string): void {
    const { link } = this
    const range = this.getSelection()
    if (link && range.collapsed) {
      range.selectNodeContents(link)
      this.setSelection(range)
    }
    this.makeLink(address)
    const end = this.getSelection()
    end.collapse(false)
    this.setSelection(end)
  }

  /** What stands before the caret in its line. */
  lineBefore(): string {
    return this.rangeBefore().toString()
  }

  /** Words instead of the last `count` characters before the caret. */
  answer(count: number, words: string): void {
    const range = this.getSelection()
    const before = this.rangeBefore()
    const walker = document.createTreeWalker(before.commonAncestorContainer, NodeFilter.SHOW_TEXT)
    let at = before.toString().length - count
    for (let node: Node | null = walker.currentNode; node; node = walker.nextNode()) {
      if (!(node instanceof Text) || !before.intersectsNode(node)) continue
      if (at <= node.length) {
        range.setStart(node, at)
        break
      }
      at -= node.length
    }
    this.setSelection(range)
    this.insertPlainText(words, false)
  }

  private rangeBefore(): Range {
    const range = this.getSelection().cloneRange()
    range.collapse(true)
    const { startContainer: node } = range
    const block = (node instanceof Element ? node : node.parentElement)?.closest('div, p, li, pre, td, th, h1, h2, h3')
    range.setStart(block && this.getRoot().contains(block) ? block : this.getRoot(), 0)
    return range
  }
}

export interface Format {
  /** Also the end of its text's key. */
  id: string
  icon: string
  /** With the key that commands go by. */
  key: string
  isOn: (editor: Editor) => boolean
  run: (editor: Editor) => void
}

function mark(id: string, icon: string, key: string, tag: string): Format {
  return {
    id,
    icon,
    key,
    isOn: (editor) => editor.hasFormat(tag),
    run: (editor) => (editor.hasFormat(tag) ? editor.changeFormat(null, { tag }) : editor.changeFormat({ tag }, null)),
  }
}

function list(id: string, icon: string, key: string, tag: 'UL' | 'OL'): Format {
  return {
    id,
    icon,
    key,
    isOn: (editor) => editor.hasFormat(tag),
    run: (editor) =>
      editor.hasFormat(tag)
        ? editor.removeList()
        : tag === 'UL'
          ? editor.makeUnorderedList()
          : editor.makeOrderedList(),
  }
}

export const LINK = 'link'
export const FORMATS: Format[] = [
  mark('bold', iconBold, 'b', 'B'),
  mark('italic', iconItalic, 'i', 'I'),
  mark('underline', iconUnderline, 'u', 'U'),
  list('numbers', iconNumbered, 'shift+7', 'OL'),
  list('bullets', iconBullets, 'shift+8', 'UL'),
  {
    id: 'quote',
    icon: iconQuote,
    key: 'shift+9',
    isOn: (editor) => editor.hasFormat('BLOCKQUOTE'),
    run: (editor) => (editor.hasFormat('BLOCKQUOTE') ? editor.removeQuote() : editor.increaseQuoteLevel()),
  },
  { id: LINK, icon: iconLink, key: 'k', isOn: (editor) => !!editor.link, run: () => undefined },
  { id: 'plain', icon: iconPlain, key: '\\', isOn: () => false, run: (editor) => editor.removeAllFormatting() },
]

/** The format that a key asks for. Digits go by their place on the keyboard, whatever Shift makes of them. */
export function formatOf(press: KeyboardEvent): Format | undefined {
  if (press.altKey || !(isMac ? press.metaKey : press.ctrlKey)) return undefined
  const key = /^Digit\d$/.test(press.code) ? press.code.slice(-1) : press.key.toLowerCase()
  return FORMATS.find((one) => one.key === (press.shiftKey ? 'shift+' : '') + key)
}
