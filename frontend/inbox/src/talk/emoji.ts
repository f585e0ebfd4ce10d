// Emoji by their short names. Few, but those that people use.
import type { Asked } from './suggest.ts'

const TABLE = `smile 😄|grin 😁|joy 😂|sweat_smile 😅|slightly_smiling 🙂|wink 😉|blush 😊|innocent 😇|heart_eyes 😍|kissing_heart 😘|yum 😋|stuck_out_tongue 😛|thinking 🤔|neutral 😐|expressionless 😑|smirk 😏|unamused 😒|rolling_eyes 🙄|grimacing 😬|relieved 😌|pensive 😔|sleeping 😴|mask 😷|thermometer_face 🤒|dizzy 😵|exploding_head 🤯|partying 🥳|sunglasses 😎|nerd 🤓|confused 😕|worried 😟|frowning 🙁|open_mouth 😮|astonished 😲|flushed 😳|pleading 🥺|anguished 😧|fearful 😨|cold_sweat 😰|cry 😢|sob 😭|scream 😱|disappointed 😞|weary 😩|tired 😫|yawning 🥱|triumph 😤|angry 😠|rage 😡|skull 💀|clown 🤡|ghost 👻|robot 🤖|heart ❤️|orange_heart 🧡|yellow_heart 💛|green_heart 💚|blue_heart 💙|purple_heart 💜|broken_heart 💔|sparkling_heart 💖|hundred 💯|collision 💥|wave 👋|ok_hand 👌|crossed_fingers 🤞|victory ✌️|call_me 🤙|point_left 👈|point_right 👉|point_up ☝️|point_down 👇|thumbsup 👍|thumbsdown 👎|fist ✊|clap 👏|raised_hands 🙌|open_hands 👐|handshake 🤝|pray 🙏|writing ✍️|muscle 💪|eyes 👀|brain 🧠|bow 🙇|facepalm 🤦|shrug 🤷|dog 🐶|cat 🐱|fox 🦊|bear 🐻|penguin 🐧|unicorn 🦄|bee 🐝|butterfly 🦋|bouquet 💐|rose 🌹|sunflower 🌻|tulip 🌷|tree 🌳|leaf 🍃|four_leaf_clover 🍀|snowflake ❄️|fire 🔥|sun ☀️|cloud ☁️|rain 🌧️|rainbow 🌈|star ⭐|sparkles ✨|zap ⚡|apple 🍎|banana 🍌|strawberry 🍓|pizza 🍕|burger 🍔|cake 🍰|birthday 🎂|cookie 🍪|coffee ☕|tea 🍵|beer 🍺|wine 🍷|champagne 🍾|football ⚽|trophy 🏆|medal 🏅|guitar 🎸|art 🎨|game 🎮|dart 🎯|car 🚗|bus 🚌|train 🚆|plane ✈️|ship 🚢|bike 🚲|rocket 🚀|house 🏠|office 🏢|shop 🏪|school 🏫|hospital 🏥|watch ⌚|phone 📱|laptop 💻|keyboard ⌨️|printer 🖨️|camera 📷|bulb 💡|flashlight 🔦|book 📖|newspaper 📰|money 💰|card 💳|receipt 🧾|email 📧|inbox 📥|package 📦|mailbox 📫|pencil ✏️|memo 📝|folder 📁|calendar 📅|chart 📈|pushpin 📌|paperclip 📎|scissors ✂️|lock 🔒|unlock 🔓|key 🔑|hammer 🔨|tools 🛠️|gear ⚙️|link 🔗|magnet 🧲|test_tube 🧪|bandage 🩹|door 🚪|bed 🛏️|shopping_cart 🛒|gift 🎁|balloon 🎈|tada 🎉|warning ⚠️|no_entry ⛔|prohibited 🚫|check ✅|cross ❌|question ❓|exclamation ❗|recycle ♻️|hourglass ⏳|alarm ⏰|stopwatch ⏱️|new 🆕|free 🆓|up 🆙|sos 🆘|arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|speech 💬|bell 🔔|mute 🔇|loudspeaker 📢|globe 🌍|map 🗺️|flag 🏁|flag_se 🇸🇪|flag_no 🇳🇴|flag_fi 🇫🇮|flag_dk 🇩🇰|flag_is 🇮🇸|flag_cn 🇨🇳|flag_eu 🇪🇺|flag_gb 🇬🇧|flag_us 🇺🇸`

export interface Emoji {
  name: string
  sign: string
}

export const EMOJI: readonly Emoji[] = TABLE.split('|').map((pair) => {
  const [name = '', sign = ''] = pair.split(' ')
  return { name, sign }
})

/** Those whose name begins with the words first, then those that have them anywhere. */
export function findEmoji(words: string, most = 8): Emoji[] {
  const wanted = words.toLowerCase()
  const starts = EMOJI.filter((one) => one.name.startsWith(wanted))
  const holds = EMOJI.filter((one) => !one.name.startsWith(wanted) && one.name.includes(wanted))
  return [...starts, ...holds].slice(0, most)
}

/** The short name that ends at the caret, `:tada:`, as something asked for, with its sign; null for none. */
export function shortcodeAt(text: string, caret: number): (Asked & { sign: string }) | null {
  const name = /:([a-z_]{2,}):$/.exec(text.slice(0, caret))?.[1]
  const sign = EMOJI.find((one) => one.name === name)?.sign
  return name && sign ? { kind: 'shortcode', words: '', from: caret - name.length - 2, sign } : null
}
