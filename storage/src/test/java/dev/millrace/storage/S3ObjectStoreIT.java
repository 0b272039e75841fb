package dev.millrace.storage;

import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.StoreAccess;

/// The adapter with the shared store: the embedded one, or the one that the environment names.
final class S3ObjectStoreIT extends StoreContracts {
    @Override
    StoreAccess server() {
        return SharedServers.store();
    }
}
