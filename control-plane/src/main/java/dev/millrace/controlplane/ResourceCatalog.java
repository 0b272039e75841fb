package dev.millrace.controlplane;

import dev.millrace.controlplane.DocumentStore.Stored;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.ResourceChange;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.invocation.port.WriteResult;
import dev.millrace.runtime.Backoff;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// Every resource of the control plane, as this process knows it, and the one way to change them.
///
/// Reads come from memory and never block. Writes go to the object store with a condition, then to the view,
/// then
/// to everyone by announcement; they block their (virtual) thread. A background thread follows the
/// announcements
/// and lists the store again every 30 s, so that a lost announcement is repaired. Thread-safe.
public final class ResourceCatalog implements AutoCloseable {
    private static final Duration REPAIR_EVERY = Duration.ofSeconds(30);
    private static final int MAX_TRIES = 40;
    /// Keeps revisions below 2^53 until the year 2041, for readers that have no larger whole numbers.
    private static final int CHANCE = 4_000;
    private static final Backoff CONTENTION = new Backoff(Duration.ofMillis(10), Duration.ofMillis(250));

    private final DocumentStore documents;
    private final InstantSource clock;
    private final ChangeDispatcher dispatcher = new ChangeDispatcher();
    private final CatalogView view = new CatalogView(dispatcher::changed);
    private final CatalogSync sync;

    private ResourceCatalog(
            DocumentStore documents, Feed<ResourceChange> feed, InstantSource clock, Duration repairEvery) {
        this.documents = documents;
        this.clock = clock;
        this.sync = new CatalogSync(documents, feed, view, clock, repairEvery);
    }

    /// Begins to follow and to load, and returns at once; nothing can be read before [#awaitLoaded].
    ///
    /// @param store not closed by the catalog
    public static ResourceCatalog open(
            ObjectStore store, PlatformObjects objects, Feed<ResourceChange> feed, InstantSource clock) {
        return open(store, objects, feed, clock, REPAIR_EVERY);
    }

    /// As [#open(ObjectStore, PlatformObjects, Feed, InstantSource)], listing the store that often.
    static ResourceCatalog open(
            ObjectStore store,
            PlatformObjects objects,
            Feed<ResourceChange> feed,
            InstantSource clock,
            Duration repairEvery) {
        var catalog = new ResourceCatalog(new DocumentStore(store, objects), feed, clock, repairEvery);
        catalog.sync.start();
        return catalog;
    }

    /// Whether everything was loaded within that time; blocks.
    public boolean awaitLoaded(Duration within) {
        return sync.awaitLoaded(within);
    }

    /// The resource as last seen by this process.
    ///
    /// @throws PlatformException `SERVICE_UNAVAILABLE` before the first load is done
    public <R extends Resource> Optional<R> find(ResourceKind<R> kind, String name) {
        sync.requireLoaded();
        return view.find(kind, name);
    }

    /// Every resource of the kind, by name.
    ///
    /// @throws PlatformException `SERVICE_UNAVAILABLE` before the first load is done
    public <R extends Resource> List<R> all(ResourceKind<R> kind) {
        sync.requireLoaded();
        return view.all(kind);
    }

    /// The resource as the store has it now; blocks. For the moment after a change made by another process.
    public <R extends Resource> Optional<R> load(ResourceKind<R> kind, String name) {
        Optional<Stored<R>> stored = documents.read(kind, name);
        stored.ifPresent(each ->
                view.apply(ResourceKey.of(kind, name), each.resource().revision(), each.resource(), each.etag()));
        return stored.map(Stored::resource);
    }

    /// Calls the listener for every change of the kind from now on; read [#all] after this for what is there.
    ///
    /// @return ends the calls
    public <R extends Resource> Runnable onChange(ResourceKind<R> kind, ResourceListener<R> listener) {
        Consumer<ResourceKey> each = key -> {
            if (key.kind().equals(kind)) {
                listener.onChange(key.name(), view.find(kind, key.name()).orElse(null));
            }
        };
        dispatcher.add(each);
        return () -> dispatcher.remove(each);
    }

    /// Stores a new resource; blocks.
    ///
    /// @return the resource with its revision
    /// @throws PlatformException `RESOURCE_CONFLICT` when there is one of that name
    public <R extends Resource> R create(ResourceKind<R> kind, R resource) {
        var key = ResourceKey.of(kind, resource.name());
        R revised = kind.cast(resource.withRevision(revisionAfter(view.revision(key))));
        return switch (documents.write(kind, revised, WriteCondition.IF_ABSENT)) {
            case WriteResult.Written(String etag) -> accept(kind, revised, etag);
            // A write whose answer was lost is repeated by the store's client and then refused by its own first try.
            case WriteResult.Refused _ ->
                documents
                        .read(kind, resource.name())
                        .filter(stored -> stored.resource().equals(revised))
                        .map(stored -> accept(kind, revised, stored.etag()))
                        .orElseThrow(() -> new PlatformException(
                                ErrorCode.RESOURCE_CONFLICT, kind + " " + resource.name() + ": exists already"));
        };
    }

    /// Changes a resource by compare and swap; blocks. The change is applied again when another writer was
    /// faster,
    /// so it must not have side effects; one that returns its argument writes nothing.
    ///
    /// @return the resource after the change, or empty when there is none of that name
    /// @throws PlatformException `SERVICE_UNAVAILABLE` when others were faster every time
    public <R extends Resource> Optional<R> update(ResourceKind<R> kind, String name, UnaryOperator<R> change) {
        for (int tries = 1; tries <= MAX_TRIES; tries++) {
            Optional<Stored<R>> stored = documents.read(kind, name);
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            R before = stored.get().resource();
            R after = change.apply(before);
            if (after.equals(before)) {
                view.apply(
                        ResourceKey.of(kind, name),
                        before.revision(),
                        before,
                        stored.get().etag());
                return Optional.of(before);
            }
            R revised = kind.cast(after.withRevision(revisionAfter(before.revision())));
            switch (documents.write(
                    kind, revised, new WriteCondition.IfMatch(stored.get().etag()))) {
                case WriteResult.Written(String etag) -> {
                    return Optional.of(accept(kind, revised, etag));
                }
                case WriteResult.Refused _ -> sync.pause(CONTENTION.after(tries, ThreadLocalRandom.current()));
            }
        }
        throw new PlatformException(
                ErrorCode.SERVICE_UNAVAILABLE, kind + " " + name + ": too many writers at once, try again");
    }

    /// Removes a resource; blocks.
    ///
    /// @return whether there was one
    public boolean delete(ResourceKind<?> kind, String name) {
        var stored = documents.read(kind, name);
        documents.delete(kind, name);
        var key = ResourceKey.of(kind, name);
        long known = Math.max(
                view.revision(key),
                stored.map(each -> each.resource().revision()).orElse(0L));
        if (stored.isEmpty() && known == 0) {
            return false;
        }
        long revision = revisionAfter(known);
        view.apply(key, revision, null, null);
        sync.announce(key, revision, null);
        return stored.isPresent();
    }

    /// @throws PlatformException `SERVICE_UNAVAILABLE` when nothing is loaded yet, or what is loaded is
    ///     growing old
    public void check() {
        sync.check();
    }

    @Override
    public void close() {
        sync.close();
        dispatcher.close();
    }

    private <R extends Resource> R accept(ResourceKind<R> kind, R resource, String etag) {
        var key = ResourceKey.of(kind, resource.name());
        view.apply(key, resource.revision(), resource, etag);
        sync.announce(key, resource.revision(), resource);
        return resource;
    }

    /// Begins with the clock's milliseconds, so that a resource made again after its deletion is newer for a
    /// process that saw neither; ends by chance, so that two processes that make the same resource in the same
    /// millisecond do not take each other's document for their own.
    private long revisionAfter(long known) {
        return Math.max(
                known + 1, clock.millis() * CHANCE + ThreadLocalRandom.current().nextInt(CHANCE));
    }
}
