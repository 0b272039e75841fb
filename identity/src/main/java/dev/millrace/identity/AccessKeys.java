package dev.millrace.identity;

import java.util.Optional;

/// The access keys that are known now. Thread-safe, never blocks.
@FunctionalInterface
public interface AccessKeys {
    Optional<AccessKey> find(String id);
}
