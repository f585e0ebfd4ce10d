// A mark and a word for each channel. One that has no mark of its own gets the plain one.
import { iconAll, iconChat, iconFlask, iconMail, iconSms } from '../../../shared/icons.ts'
import { has, t } from '../../../shared/words.ts'
import { session } from '../session.svelte.ts'

const MARKS: Record<string, string> = { mail: iconMail, webchat: iconChat, sms: iconSms, sandbox: iconFlask }

export function channelMark(channel: string | null): string {
  return MARKS[channel ?? ''] ?? iconAll
}

export function channelName(channel: string | null): string {
  const key = session.channel(channel)?.name_key ?? `channel.${channel}.name`
  return has(key) ? t(key) : (channel ?? '')
}

/** "Reply by e-mail to a@b.se": in the words of the channel where we have them. */
export function replyBy(channel: string, to: string): string {
  const own = `composer.reply_by.${channel}`
  return has(own) ? t(own, { to }) : t('composer.reply_by', { channel: channelName(channel), to })
}
