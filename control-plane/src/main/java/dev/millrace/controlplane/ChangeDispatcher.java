package dev.millrace.controlplane;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells listeners of changes on a thread of its own; bounded by the number of resources, since each waits
/// once.
final class ChangeDispatcher implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(ChangeDispatcher.class);

    private final List<Consumer<ResourceKey>> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition somethingToTell = lock.newCondition();
    private final SequencedSet<ResourceKey> waiting = new LinkedHashSet<>();
    private final Thread thread;

    ChangeDispatcher() {
        thread = Thread.ofVirtual().name("resource-listeners").start(this::run);
    }

    void add(Consumer<ResourceKey> listener) {
        listeners.add(listener);
    }

    void remove(Consumer<ResourceKey> listener) {
        listeners.remove(listener);
    }

    void changed(ResourceKey key) {
        lock.lock();
        try {
            waiting.addLast(key);
            somethingToTell.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                ResourceKey key = next();
                for (Consumer<ResourceKey> listener : listeners) {
                    tell(listener, key);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private ResourceKey next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty()) {
                somethingToTell.await();
            }
            return waiting.removeFirst();
        } finally {
            lock.unlock();
        }
    }

    private static void tell(Consumer<ResourceKey> listener, ResourceKey key) {
        try {
            listener.accept(key);
        } catch (RuntimeException e) {
            LOGGER.atError().addKeyValue("resource", key).setCause(e).log("a listener of resource changes failed");
        }
    }
}
