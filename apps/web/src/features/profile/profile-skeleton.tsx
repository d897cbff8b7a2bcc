// A profile's shape while it is read.

import { SkeletonList } from "../../ui/skeletons.tsx"

export function ProfileSkeleton() {
  return (
    <>
      <div aria-hidden className="animate-late border-b pb-4">
        <div className="aspect-[3/1] w-full bg-sunken" />
        <div className="px-4">
          <span className="-mt-12 block size-24 rounded-full bg-sunken ring-4 ring-surface" />
          <span className="mt-4 block h-5 w-2/5 rounded-full bg-sunken" />
          <span className="mt-2.5 block h-3.5 w-1/4 rounded-full bg-sunken" />
          <span className="mt-5 block h-3.5 w-11/12 rounded-full bg-sunken" />
          <span className="mt-2.5 block h-3.5 w-3/5 rounded-full bg-sunken" />
        </div>
      </div>
      <SkeletonList of="posts" count={3} />
    </>
  )
}
