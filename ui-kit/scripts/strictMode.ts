/** Every component test renders in StrictMode, whose second mount finds what an effect forgot. */

import { configure } from 'vitest-browser-react/pure'

configure({ reactStrictMode: true })
