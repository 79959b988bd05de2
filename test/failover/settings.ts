/** As docs/scale.md says it. */
export const PASSWORD = 'a-password-of-the-failover-test'
export const DATABASE = 'frontdesk'
export const [ETCD_PORT, POSTGRES_PORT, REST_PORT, HAPROXY_PORT, PGBOUNCER_PORT] = [
  2379, 5432, 8008, 5000, 6432,
]

/** Patroni keeps ttl >= loop_wait + 2 * retry_timeout. */
const TIMES = { ttl: 20, loop_wait: 5, retry_timeout: 5 }

interface Node {
  name: string
  home: string
  dataFolder: string
  ip: string
  etcd: string
  /** The folder of PostgreSQL's programs. */
  programs: string
}

/** Patroni reads YAML, and JSON is that, too. */
export function patroniSettings({ name, home, dataFolder, ip, etcd, programs }: Node) {
  return {
    ...{ scope: 'frontdesk', name },
    // By etcd's second API: by the third, Patroni before 3.1 never again believes etcd after a pause (patroni#2779).
    etcd: { hosts: [etcd] },
    restapi: { listen: `${ip}:${REST_PORT}`, connect_address: `${ip}:${REST_PORT}` },
    bootstrap: {
      dcs: {
        ...TIMES,
        synchronous_mode: true,
        postgresql: {
          use_pg_rewind: true,
          parameters: {
            max_connections: 100,
            // A standby that was cut off holds up commits only for so long.
            wal_sender_timeout: '5s',
            wal_receiver_timeout: '5s',
          },
        },
      },
      initdb: [{ encoding: 'UTF8' }, 'data-checksums'],
    },
    postgresql: {
      listen: `${ip}:${POSTGRES_PORT}`,
      connect_address: `${ip}:${POSTGRES_PORT}`,
      data_dir: dataFolder,
      bin_dir: programs,
      pgpass: `${home}/pgpass`,
      authentication: {
        superuser: { username: 'postgres', password: PASSWORD },
        replication: { username: 'replicator', password: PASSWORD },
      },
      parameters: { unix_socket_directories: home, shared_buffers: '64MB' },
      pg_hba: [
        'local all all scram-sha-256',
        'host all all samenet scram-sha-256',
        'host replication replicator samenet scram-sha-256',
      ],
    },
  }
}

/** Only the primary's Patroni answers 200; whoever is connected to another server is cut off. */
export function haproxySettings(ip: string, nodes: { name: string; ip: string }[]): string {
  return `global
  maxconn 1000
defaults
  mode tcp
  timeout connect 2s
  timeout check 2s
  timeout client 30m
  timeout server 30m
listen primary
  bind ${ip}:${HAPROXY_PORT}
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server check port ${REST_PORT} inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
${nodes.map((node) => `  server ${node.name} ${node.ip}:${POSTGRES_PORT}`).join('\n')}
`
}

export function pgbouncerSettings(ip: string, folder: string): string {
  return `[databases]
${DATABASE} = host=${ip} port=${HAPROXY_PORT}
[pgbouncer]
listen_addr = ${ip}
listen_port = ${PGBOUNCER_PORT}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${folder}/users.txt
pool_mode = transaction
default_pool_size = 10
max_client_conn = 200
ignore_startup_parameters = statement_timeout,lock_timeout,idle_in_transaction_session_timeout
server_connect_timeout = 2
server_login_retry = 1
query_wait_timeout = 5
`
}
