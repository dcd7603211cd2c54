export type {
  AgUiCallEvent,
  AgUiCustomEvent,
  AgUiEvent,
  AgUiEventFields,
  AgUiMessageEvent,
  AgUiRunEvent,
  AgUiUsage,
} from './sinks/agUi/agUiEvent.js';
export { agUiEvents } from './sinks/agUi/agUiEvents.js';
export type {
  AgUiContentPart,
  AgUiContext,
  AgUiInput,
  AgUiMessage,
  AgUiRun,
  AgUiSource,
  AgUiTool,
  AgUiToolCall,
} from './sinks/agUi/agUiInput.js';
export { configFromAgUi, type AgUiConfig, type AgUiFunctionDeclaration } from './sinks/agUi/configFromAgUi.js';
export { contentsFromAgUi } from './sinks/agUi/contentsFromAgUi.js';
