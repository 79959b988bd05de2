const HOSTS = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#@,]+(?:,[^/?#@,]+)+)(.*)$/s

/** As many URLs as it names hosts, in their order: with several, as libpq allows, it is no URL to Node or pg. */
export function urlsOfHosts(url: string): [first: string, ...others: string[]] {
  const [, before = '', hosts = '', after = ''] = HOSTS.exec(url) ?? []
  const [first, ...others] = hosts.split(',').map((host) => before + host + after)
  return hosts && first ? [first, ...others] : [url]
}
