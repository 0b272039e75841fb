package dev.millrace.worker.host;

import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.WorkerState;
import dev.millrace.invocation.codec.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// Plays the part of a worker process that the image of its spec names.
public final class PuppetMain {
    private PuppetMain() {}

    public static void main(String[] args) throws IOException {
        WorkerSpec spec = Json.codec(WorkerSpec.class)
                .decode(Files.readAllBytes(Path.of(args[1])))
                .orElseThrow();
        say(new WorkerState.Starting());
        switch (spec.image()) {
            case "unusable" -> {
                say(new WorkerState.Unusable("no such model"));
                System.exit(3);
            }
            case "crash" -> {
                say(ready(0));
                System.out.println("out of luck");
                Runtime.getRuntime().halt(137);
            }
            default -> serve(spec.image());
        }
    }

    private static void serve(String role) throws IOException {
        say(ready(role.equals("busy") ? 1 : 0));
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String order = in.readLine(); order != null; order = in.readLine()) {
                if (order.startsWith("lanes ")) {
                    say(ready(order.split(",").length));
                } else if (order.equals("drain")) {
                    say(new WorkerState.Draining(role.equals("busy") ? 1 : 0));
                    if (role.equals("busy")) {
                        finish();
                    }
                    return;
                }
            }
        }
    }

    private static void finish() {
        long end = System.nanoTime() + 1_500_000_000L;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static WorkerState ready(int inFlight) {
        return new WorkerState.Ready(inFlight, Instant.now(), "PuppetProvider");
    }

    private static void say(WorkerState state) {
        System.out.println(new String(Json.codec(WorkerState.class).encode(state), StandardCharsets.UTF_8));
    }
}
