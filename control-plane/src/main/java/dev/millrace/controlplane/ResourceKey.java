package dev.millrace.controlplane;

/// Names one resource of any kind.
record ResourceKey(ResourceKind<?> kind, String name) {
    static ResourceKey of(ResourceKind<?> kind, String name) {
        return new ResourceKey(kind, name);
    }

    /// The key of its announcements.
    @Override
    public String toString() {
        return kind.label() + "/" + name;
    }
}
