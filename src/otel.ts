export { traceReply, type TraceReplyOptions } from '../operators/otel/traceReply.js';
