/** What a Redis has done since its start: µs of CPU, scripts, and bytes that it has sent. */
export async function redisUse(redis) {
  const [cpu, commands, stats] = await Promise.all(['cpu', 'commandstats', 'stats'].map((name) => redis.info(name)));
  const figure = (text, pattern) => Number(pattern.exec(text)?.[1] ?? 0);
  return {
    micros: 1e6 * (figure(cpu, /used_cpu_user:([\d.]+)/) + figure(cpu, /used_cpu_sys:([\d.]+)/)),
    scripts: figure(commands, /cmdstat_evalsha:calls=(\d+)/),
    scriptMicros: figure(commands, /cmdstat_evalsha:calls=\d+,usec=(\d+)/),
    bytesSent: figure(stats, /total_net_output_bytes:(\d+)/),
  };
}
