package dev.millrace.controlplane;

import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.invocation.port.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Resource documents as objects below `resources/`. Every call blocks.
final class DocumentStore {
    /// A document and the state of its object that a conditional write names.
    ///
    /// @param <R> the document
    record Stored<R extends Resource>(R resource, String etag) {}

    /// An object below `resources/` that this version can read.
    record Listed(ResourceKind<?> kind, ObjectLocation location, String etag) {}

    private static final long MAX_DOCUMENT_BYTES = 16L << 20;
    private static final int PAGE = 1000;
    /// Somebody waits for a change to be stored, and a store that is slower than this is as good as away.
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final ObjectStore store;
    private final ObjectStore listed;
    private final PlatformObjects objects;

    DocumentStore(ObjectStore store, PlatformObjects objects) {
        this.store = store.within(PATIENCE);
        this.listed = store;
        this.objects = objects;
    }

    <R extends Resource> Optional<Stored<R>> read(ResourceKind<R> kind, String name) {
        return read(kind, location(kind, name));
    }

    <R extends Resource> Optional<Stored<R>> read(ResourceKind<R> kind, ObjectLocation at) {
        return store.get(at, MAX_DOCUMENT_BYTES)
                .map(object -> new Stored<>(
                        kind.decode(object.body().bytes()), object.info().etag()));
    }

    <R extends Resource> WriteResult write(ResourceKind<R> kind, R resource, WriteCondition condition) {
        return store.put(
                location(kind, resource.name()), Payload.of(kind.encode(resource)), ObjectAttributes.JSON, condition);
    }

    void delete(ResourceKind<?> kind, String name) {
        store.delete(location(kind, name));
    }

    /// Every document there is.
    List<Listed> list() {
        var all = new ArrayList<Listed>();
        String after = "";
        while (true) {
            List<ObjectInfo> page = listed.list(objects.bucket(), PlatformObjects.RESOURCES, after);
            for (ObjectInfo info : page) {
                kindOf(info.location()).ifPresent(kind -> all.add(new Listed(kind, info.location(), info.etag())));
            }
            if (page.size() < PAGE) {
                return all;
            }
            after = page.getLast().location().key();
        }
    }

    ObjectLocation location(ResourceKind<?> kind, String name) {
        return objects.resource(kind.label(), ResourceKind.objectName(name));
    }

    private static Optional<ResourceKind<?>> kindOf(ObjectLocation location) {
        String rest = location.key().substring(PlatformObjects.RESOURCES.length());
        int slash = rest.indexOf('/');
        return slash < 0 || !rest.endsWith(".json") ? Optional.empty() : ResourceKind.ofLabel(rest.substring(0, slash));
    }
}
