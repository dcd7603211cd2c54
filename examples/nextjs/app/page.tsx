import { Asking } from './asking';

export default function Page() {
  return (
    <>
      <h1>What would you like to know?</h1>
      <Asking />
    </>
  );
}
