// What consents are for and where they hold, in words: those that we have, or those that the company wrote.
import { has, t } from '../../../../shared/words.ts'
import { channelName } from '../../parts/channels.ts'

export const PURPOSES = [
  'offers',
  'surveys',
  'profile',
  'position',
  // Without these, nothing of the kind is kept of what a customer says of themselves.
  'facts_health',
  'facts_belief',
  'facts_union',
  'facts_sexuality',
  'facts_ethnicity',
  'facts_politics',
] as const
/** Ways on which a company reaches people although no inbox of it is here. */
export const OTHER_CHANNELS = ['phone', 'sms', 'post'] as const

export function purposeOf(purpose: string): string {
  return has(`consent.purpose_${purpose}`) ? t(`consent.purpose_${purpose}`) : purpose
}

export function channelOf(channel: string): string {
  if (!channel) return t('consent.channel_any')
  return has(`consent.channel_${channel}`) ? t(`consent.channel_${channel}`) : channelName(channel)
}
