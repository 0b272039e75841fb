package dev.millrace.controlplane;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What this process knows of the resources: for each the highest revision it has seen. Thread-safe, no I/O.
final class CatalogView {
    /// What is known of one resource.
    ///
    /// @param resource null when it was deleted
    /// @param etag of the object, or null when only an announcement was seen
    record Entry(
            long revision,
            @Nullable Resource resource,
            @Nullable String etag) {}

    private final Map<ResourceKey, Entry> entries = new ConcurrentHashMap<>();
    private final Consumer<ResourceKey> changed;

    /// @param changed called after each change that readers can see
    CatalogView(Consumer<ResourceKey> changed) {
        this.changed = changed;
    }

    <R extends Resource> Optional<R> find(ResourceKind<R> kind, String name) {
        Entry entry = entries.get(ResourceKey.of(kind, name));
        return entry == null || entry.resource() == null ? Optional.empty() : Optional.of(kind.cast(entry.resource()));
    }

    <R extends Resource> List<R> all(ResourceKind<R> kind) {
        return entries.entrySet().stream()
                .filter(each -> each.getKey().kind().equals(kind))
                .map(each -> each.getValue().resource())
                .flatMap(resource -> Optional.ofNullable(resource).stream())
                .map(kind::cast)
                .sorted(Comparator.comparing(Resource::name))
                .toList();
    }

    /// The highest revision seen of it, also of a deleted one; 0 when it was never seen.
    long revision(ResourceKey key) {
        Entry entry = entries.get(key);
        return entry == null ? 0 : entry.revision();
    }

    /// Whether the document whose object has that state was taken in before.
    boolean hasSeen(ResourceKey key, String etag) {
        Entry entry = entries.get(key);
        return entry != null && etag.equals(entry.etag());
    }

    /// Takes the document in unless a newer one is known.
    ///
    /// @param resource null when it was deleted
    /// @param etag null when not known
    void apply(ResourceKey key, long revision, @Nullable Resource resource, @Nullable String etag) {
        Entry before = entries.get(key);
        Entry after = entries.merge(
                key,
                new Entry(revision, resource, etag),
                (known, seen) -> seen.revision() > known.revision()
                                || (seen.revision() == known.revision() && seen.etag() != null)
                        ? seen
                        : known);
        if (before == null || before.revision() != after.revision()) {
            changed.accept(key);
        }
    }

    /// Revisions of everything that is there.
    Map<ResourceKey, Long> live() {
        return entries.entrySet().stream()
                .filter(each -> each.getValue().resource() != null)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().revision()));
    }

    /// Takes in that the resource was gone at a time when that revision of it was the newest known.
    void vanish(ResourceKey key, long revision) {
        Entry after = entries.computeIfPresent(
                key, (_, known) -> known.revision() == revision ? new Entry(revision + 1, null, null) : known);
        if (after != null && after.revision() == revision + 1) {
            changed.accept(key);
        }
    }

    /// Forgets deletions whose revision is below that one: announcements that old no longer arrive.
    void forgetDeletionsBelow(long revision) {
        entries.values().removeIf(entry -> entry.resource() == null && entry.revision() < revision);
    }
}
