using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Settlement;
using MqttPay.Simulation.Nodes;

namespace MqttPay.Simulation.Invariants;

/// <summary>Looks at everything: now and then, and when all is over.</summary>
internal static class Audit
{
    public static void Full(World world)
    {
        if (world.Store.Ledger.Sum() is var sum and not 0) world.Violations.Add($"I6: the ledger sums to {sum}");
        foreach (var lease in world.Store.Leases.Values)
            if (lease.BalanceMinor < 0 || lease.BalanceMinor < lease.HeldMinor)
                world.Violations.Add($"I2: lease {lease.Lease} has {lease.BalanceMinor}, {lease.HeldMinor} of it held");
    }

    /// <summary>Why the world is not at rest; null when it is.</summary>
    public static string? Unsettled(World world)
    {
        foreach (var edge in world.Edges)
        {
            if (edge.Machine is not { } machine) return $"edge {edge.Id} is down";
            var book = machine.Book;
            var row = world.Store.Edge(edge.Id);
            if (book.Frozen is not FreezeCause.None) return $"edge {edge.Id} is frozen: {book.Frozen}";
            if (book.Fence != row.Fence) return $"edge {edge.Id} has fence {book.Fence}, the cloud {row.Fence}";
            if (machine.Unsynced > 0 || machine.Parked > 0) return $"edge {edge.Id} has work under way";
            if (row.Chain.Head.NextRound - 1 != book.Watermark)
                return $"edge {edge.Id} counts {book.Watermark}, the cloud holds {row.Chain.Head.NextRound - 1}";
            if (book.Batches.OutboxDecisions > 0)
                return $"edge {edge.Id} has {book.Batches.OutboxDecisions} decisions unsent ({edge.Quarantine})";
        }

        foreach (var device in world.Devices)
            if (device.Open is { } open && !world.Watch.IsCloned(device.Key.Id))
                return $"{open.Request.Operation} {device.Key.Id}/{open.Request.Sequence} has no answer";
        return null;
    }

    /// <summary>What devices were told is what the ledger holds, exactly once.</summary>
    public static void Final(World world)
    {
        Full(world);
        foreach (var device in world.Devices)
        {
            // A malicious edge may approve a copy whose signature was spoiled: the same request, but no proof of it.
            var lost = world.Watch.Of(device.Edge).LostHistory || world.Watch.IsCloned(device.Key.Id)
                || world.Profile.FalseRecord > 0;
            foreach (var asked in device.AllAsked)
                if (asked.Answer is { } answer) Compare(world, device, asked, answer, lost);
        }

        foreach (var edge in world.Edges)
        {
            world.Watch.Compare(edge, edge.Machine!.Book);
        }

        Categories(world);
    }

    private static void Compare(World world, Device device, Question asked, Decision answer, bool lost)
    {
        var times = world.Store.TimesPosted(asked.Id);
        if (times > 1) world.Violations.Add($"I5: {device.Key.Id}/{asked.Request.Sequence} was posted {times} times");
        var isHeld = IsHeld(world, device, asked);
        if (!isHeld && !world.Watch.Of(device.Edge).LostHistory)
            world.Violations.Add($"S6: {device.Key.Id}/{asked.Request.Sequence} has a receipt that no journal knows");
        if (answer.Approved && times == 0 && isHeld && world.Profile.FalseRecord == 0
            && !world.Watch.IsCloned(device.Key.Id))
            world.Violations.Add(
                $"I5: {asked.Request.Operation} {device.Key.Id}/{asked.Request.Sequence} in an accepted round,"
                + " but was not posted");
        if (lost) return;
        if (answer.Approved && times == 0)
            world.Violations.Add(
                $"I5: {asked.Request.Operation} {device.Key.Id}/{asked.Request.Sequence} approved, but was not posted");
        if (!answer.Approved && times > 0)
            world.Violations.Add($"I5: {device.Key.Id}/{asked.Request.Sequence} was declined and posted");
    }

    /// <summary>Whether the cloud's own chain has the round that a device's receipt names.</summary>
    private static bool IsHeld(World world, Device device, Question asked)
    {
        var (fence, round, root) = asked.Receipt;
        return world.Store.Edge(device.Edge.Id).Chains.TryGetValue(fence, out var chain) && chain.RootOf(round) == root;
    }

    /// <summary>Nothing but the expected may come of honest edges.</summary>
    private static void Categories(World world)
    {
        foreach (var (category, count) in world.Store.Categories)
        {
            var lost = false;
            foreach (var edge in world.Edges) lost |= world.Watch.Of(edge).LostHistory;
            var usual = category is Category.Matched or Category.MatchedLate or Category.ClockSuspect
                or Category.RevokedAtTime;
            if (usual || lost || world.Profile.FalseRecord > 0) continue;
            world.Violations.Add($"I13: {count} records are {category}: {world.Store.NoteOf(category)}");
        }
    }
}
