/** What people might type as a name. */
export const HOSTILE = [
  '<a href=//evil.example>x</a>',
  '<a href="https://evil.example">sign in here</a>',
  '"><a href=https://evil.example>',
  "' onmouseover='alert(1)",
  '<img src=https://evil.example/pixel.gif>',
  '</title></style><script src=//evil.example></script>',
  'Visit https://evil.example',
  'Visit HTTPS://EVIL.EXAMPLE/login now',
  'evil.example/login',
  'www.evil.example',
  'mailto:thief@evil.example',
  'thief@evil.example',
  'evil。example or evil．example or evil｡example',
  'https：／／evil．example',
  'evil.\u200dexample',
  'evil\u200b.\u200bexample',
  '\\\\evil.example\\share',
  'javascript:alert(1)',
  'http://127.0.0.1/',
  'http://evil',
  'Line\r\nBcc: thief@evil.example',
  'Line\n\nhttps://evil.example\n',
  '\u202egnitseretni elpmaxe.live\u202c',
  '\u2066evil.example\u2069\u2028next',
  '\u0007\u001b[2J\ud800',
  '&lt;b&gt; &amp; &#x68;ttps://evil.example',
  '<% it.joinUrl %> {{joinUrl}} <%~ it.joinUrl %>',
  'x'.repeat(1_000),
  '"'.repeat(1_000),
  '👩‍⚕️'.repeat(300),
  'https://evil.example/'.repeat(50),
  'evil.'.repeat(200),
]

/** Every address that the tags hold. */
export function attributes(html: string): string[] {
  const tags = html.match(/<[^>]*>/g)?.join(' ') ?? ''
  return [...tags.matchAll(/\b(?:href|src|action|background)\s*=\s*["']?([^"'\s>]*)/gi)].map(
    ([, at]) => at ?? '',
  )
}

export function visibleText(html: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  return html
    .replace(/<(style|title)>.*?<\/\1>/gs, '')
    .replace(/<\/?(strong|a)\b[^>]*>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name] ?? '')
}

/** What an eager mail program would make a link of: a scheme, a share, an address, or words joined by dots. */
export function linksIn(text: string): string[] {
  const eager = [
    /\p{L}[\p{L}\d+-]*[:：][^\s:]\S*/giu,
    /\\\\\S+/g,
    /[^\s<>]+[@＠]\S+/g,
    /[\p{L}\p{N}\p{Cf}_-]+([.。．｡․][\p{L}\p{N}\p{Cf}_-]+)+\S*/gu,
  ]
  const links = eager
    .flatMap((pattern) => text.match(pattern) ?? [])
    .map((link) => link.replace(/[.,]+$/, ''))
  return [...new Set(links)]
    .filter((link) => !links.some((other) => other !== link && other.includes(link)))
    .sort()
}

export function collapsed(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
