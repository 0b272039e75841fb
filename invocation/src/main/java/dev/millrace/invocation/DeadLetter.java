package dev.millrace.invocation;

/// A record that the broker gave up on, named by where its original lies.
///
/// @param deliveryCount how often it was delivered
public record DeadLetter(String topic, int partition, long offset, int deliveryCount) {}
