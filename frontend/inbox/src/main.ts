import '../../shared/tokens.css'
import '../../shared/base.css'
import './phone/touch.css'
import { mount } from 'svelte'
import { nearestLocale } from '../../shared/words.ts'
import App from './App.svelte'
import { session } from './session.svelte.ts'

await session.speak(nearestLocale(navigator.languages))
mount(App, { target: document.getElementById('app') as HTMLElement })
