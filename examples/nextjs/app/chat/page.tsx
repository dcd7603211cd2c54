import { Conversation } from './conversation';

export default function Page() {
  return (
    <>
      <h1>Chat</h1>
      <Conversation />
    </>
  );
}
