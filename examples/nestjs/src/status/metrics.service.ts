import { Injectable } from '@nestjs/common';
import { isGeminiError, type ReplyReport } from 'rxjs-gemini';

/** The sums over all replies since the start. */
@Injectable()
export class MetricsService {
  private readonly outcomes = { complete: 0, stopped: 0, cancelled: 0, failed: 0 };
  private readonly failures: Record<string, number> = {};
  private readonly firstChunk = { count: 0, sum: 0, max: 0 };
  private outputTokens = 0;
  private totalTokens = 0;
  private chars = 0;
  private longestStall = 0;

  add({ outcome, metrics, error }: ReplyReport): void {
    this.outcomes[outcome] += 1;
    if (outcome === 'failed') {
      const kind = isGeminiError(error) ? error.kind : 'unknown';
      this.failures[kind] = (this.failures[kind] ?? 0) + 1;
    }
    this.outputTokens += metrics.outputTokens ?? 0;
    this.totalTokens += metrics.totalTokens ?? 0;
    this.chars += metrics.chars;
    this.longestStall = Math.max(this.longestStall, metrics.longestStall);
    if (metrics.timeToFirstChunk === undefined) return;
    this.firstChunk.count += 1;
    this.firstChunk.sum += metrics.timeToFirstChunk;
    this.firstChunk.max = Math.max(this.firstChunk.max, metrics.timeToFirstChunk);
  }

  read() {
    const { count, sum, max } = this.firstChunk;
    return {
      replies: { ...this.outcomes },
      failures: { ...this.failures },
      outputTokens: this.outputTokens,
      totalTokens: this.totalTokens,
      chars: this.chars,
      timeToFirstChunk: { mean: count === 0 ? 0 : Math.round(sum / count), max: Math.round(max) },
      longestStall: Math.round(this.longestStall),
    };
  }
}
