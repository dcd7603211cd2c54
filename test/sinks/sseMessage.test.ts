import { describe, expect, it } from 'vitest';
import { sseText } from '../../src/sinks/sseMessage.js';

describe('sseText', () => {
  it('writes an event with one line a field, and a heartbeat as a comment', () => {
    expect(sseText([{ id: '7', data: '{}' }])).toBe('id: 7\ndata: {}\n\n');
    expect(sseText([{ data: '{}' }])).toBe('data: {}\n\n');
    expect(sseText([{ type: 'done', id: '7', data: '{}' }])).toBe('event: done\ndata: {}\n\n');
    expect(sseText([{ type: 'heartbeat', id: '7', data: '' }])).toBe(': keep-alive\n\n');
  });
});
