// Aviary's mark: a bird at rest, two strokes and an eye.

export function BrandMark({ size = 32, className }: { readonly size?: number; readonly className?: string }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden className={className}>
      <rect width="32" height="32" rx="9" className="fill-accent" />
      <path
        d="M6.5 23.5c5.6 1.7 10.6.9 13.6-2.2 2.2-2.2 3-5 2.9-8l2.7-2.1-3.2-.6C21.700 8.500 20.100 7.500 18.200 7.500c-2.800 0-4.900 2.100-5 4.900C12.900 17.500 10.700 21.300 6.500 23.500Z"
        className="fill-on-accent"
      />
      <circle cx="18.600" cy="11.600" r="1.150" className="fill-accent" />
    </svg>
  )
}
