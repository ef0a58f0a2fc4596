using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Simulation.Invariants;

/// <summary>What events and approvals change.</summary>
internal sealed partial class ReferenceEdge
{
    public void Take(RoundEvent body, Func<byte[]?> attachment)
    {
        switch (body)
        {
            case RoundEvent.Start start:
                (elapsed, contactSinceStart) = (Math.Max(elapsed, start.ElapsedSeconds), false);
                break;
            case RoundEvent.Clock clock:
                if (clock.ElapsedSeconds < elapsed) complain($"I10: elapsed time fell to {clock.ElapsedSeconds}");
                elapsed = Math.Max(elapsed, clock.ElapsedSeconds);
                if (clock.Source == 2) (contact, contactSinceStart, clockFrozen) = (elapsed, true, false);
                break;
            case RoundEvent.LeaseOn on: Open(on, Document<Grant>(attachment(), GrantCodec.TryParse)!); break;
            case RoundEvent.LeaseStop stop: Stop(stop); break;
            case RoundEvent.LeaseClose close: Close(close); break;
            case RoundEvent.PolicyOn:
                var newer = Document<Policy>(attachment(), PolicyCodec.TryParse)!;
                if (policy is not null && newer.Version <= policy.Version)
                    complain($"I18: policy {newer.Version} came into force after {policy.Version}");
                policy = newer;
                break;
            case RoundEvent.DenyOn deny: Deny(deny, Document<DenyList>(attachment(), DenyListCodec.TryParse)!); break;
            case RoundEvent.RosterOn on: TakeRoster(on.Version); break;
            case RoundEvent.HoldEnd end: End(end); break;
            case RoundEvent.VoucherKept kept: Keep(kept.Message); break;
            case RoundEvent.Conflict conflict: Remember(conflict); break;
            case RoundEvent.Frozen frozen:
                clockFrozen = frozen.Cause == 4;
                IsFrozen = !clockFrozen;
                break;
            default: break;
        }
    }

    private bool clockFrozen;

    private void Open(RoundEvent.LeaseOn on, Grant grant)
    {
        if (leases.ContainsKey(on.Lease)) complain($"I2: lease {on.Lease} came into force twice");
        leases[on.Lease] = new(on.Lease, grant.Account, grant.AmountMinor, on.SinceSeconds, grant.SpendSeconds);
        active[(grant.Account?.Value ?? 0, grant.Currency)] = on.Lease;
        timeStopped.Remove(grant.Account?.Value ?? 0);
    }

    private void Stop(RoundEvent.LeaseStop stop)
    {
        var (id, lease) = (stop.Lease, leases[stop.Lease]);
        if (stop.Reason == (int)LeaseStopReason.Time) timeStopped.Add(lease.Account?.Value ?? 0);
        lease.IsStopped = true;
        var key = (lease.Account?.Value ?? 0, Clouds.CloudStore.Currency);
        if (active.GetValueOrDefault(key) == id) active.Remove(key);
    }

    private void Close(RoundEvent.LeaseClose close)
    {
        var lease = leases[close.Lease];
        if (!lease.IsStopped) complain($"I3: lease {close.Lease} closed without a stop");
        if (close.SpentMinor != lease.SpentMinor || close.RemainingMinor != lease.LimitMinor - lease.SpentMinor)
            complain($"I2: lease {close.Lease} closed with {close.SpentMinor} spent, by the record {lease.SpentMinor}");
        foreach (var hold in holds.Values)
            foreach (var part in hold.Parts)
                if (hold.IsOpen && part.Lease == close.Lease) complain($"I3: lease {close.Lease} closed under a hold");
        leases.Remove(close.Lease);
    }

    private void Deny(RoundEvent.DenyOn deny, DenyList list)
    {
        if (deny.Version <= DenyVersion) complain($"I11: deny list {deny.Version} came into force after {DenyVersion}");
        DenyVersion = deny.Version;
        denied.Clear();
        denied.UnionWith(list.Keys);
    }

    private void TakeRoster(uint version)
    {
        roster = rosterAt(version);
        enrolled = [];
        foreach (var device in roster?.Devices ?? []) enrolled[device.Key.Id] = device;
    }

    private void Remember(RoundEvent.Conflict conflict)
    {
        if (RequestCodec.TryParse(conflict.First, out var first) is not WireError.None
            || RequestCodec.TryParse(conflict.Second, out var second) is not WireError.None) return;
        if (first.Kid != second.Kid || first.Digest(conflict.First) == second.Digest(conflict.Second))
            complain("S9: a conflict whose two messages are no pair");
        if (BelievesIts && !IsGenuine(second.Kid, second.Digest(conflict.Second), conflict.Second))
            complain($"S9: a conflict of {second.Kid} with a message that its key did not sign");
        Device(second.Kid).ConflictEpoch = Math.Max(Device(second.Kid).ConflictEpoch, second.Epoch);
    }

    /// <summary>Whether a key made a message's signature; the world knows.</summary>
    public required Func<KeyId, Hash, byte[], bool> IsGenuine { get; init; }

    /// <summary>Whether the edge is honest; a malicious one writes what it likes.</summary>
    public required bool BelievesIts { get; init; }

    private void Keep(byte[] message)
    {
        if (RequestCodec.TryParse(message, out var view) is not WireError.None) return;
        var voucher = view.ToRequest();
        var id = PaymentId.Of(new(voucher.Kid, voucher.Epoch, voucher.ReferenceSequence ?? 0));
        if (!holds.TryGetValue(id, out var hold) || !hold.IsOpen) return;
        if (voucher.Tick <= hold.Tick || voucher.AmountMinor < hold.VoucherMinor)
            complain($"I17: voucher {voucher.Tick}, {voucher.AmountMinor}, after {hold.Tick}, {hold.VoucherMinor}");
        if (voucher.AmountMinor > hold.AmountMinor) complain($"I17: a voucher of {voucher.AmountMinor} over its hold");
        (hold.Tick, hold.VoucherMinor) = (voucher.Tick, voucher.AmountMinor);
    }

    private void End(RoundEvent.HoldEnd end)
    {
        var id = PaymentId.Of(new(end.Kid, end.Epoch, end.Sequence));
        if (!holds.TryGetValue(id, out var hold) || !hold.IsOpen)
        {
            complain($"I12: the end of a hold that is not open: {end.Kid}/{end.Sequence}");
            return;
        }

        if (elapsed < hold.EndsAt) complain($"I12: a hold ended {hold.EndsAt - elapsed} s early");
        var captures = Contains(policy?.CapturingPayees, hold.Payee);
        var captured = !captures ? 0 : hold.Kind is Operation.Sale ? hold.AmountMinor : hold.VoucherMinor;
        if ((end.Captured ? end.AmountMinor : 0) != captured)
            complain($"I17: the end of {end.Kid}/{end.Sequence} took {end.AmountMinor}, by the record {captured}");
        Finish(id, hold, end.Captured ? end.AmountMinor : 0);
    }

    private void Apply(long round, PaymentRequest request, Decision decision)
    {
        var target = TargetOf(request);
        switch (request.Operation)
        {
            case Operation.Sale or Operation.Auth or Operation.Increment: Draw(round, request, decision); break;
            case Operation.Capture or Operation.Confirm or Operation.Void when holds.TryGetValue(target, out var hold):
                Finish(target, hold, request.Operation is Operation.Void ? 0 : request.AmountMinor);
                break;
            case Operation.Reverse: Undo(target, decision.AmountMinor); break;
            case Operation.Refund when paid.TryGetValue(target, out var payment):
                payment.RefundedMinor += decision.AmountMinor;
                if (payment.RefundedMinor > payment.CapturedMinor) complain("I12: more refunded than captured");
                if (!refunds.TryGetValue(payment.Payee, out var list)) refunds[payment.Payee] = list = [];
                list.Add((elapsed / 60, decision.AmountMinor));
                break;
            default: break;
        }
    }

    private void Draw(long round, PaymentRequest request, Decision decision)
    {
        var (amount, id) = (decision.AmountMinor, PaymentId.Of(request.Name));
        if (!leases.TryGetValue(decision.Lease, out var lease))
        {
            complain($"I2: {request.Kid}/{request.Sequence} was paid by lease {decision.Lease}, which is none here");
            return;
        }

        Spend(lease, amount);
        var grown = request.Operation is Operation.Increment ? TargetOf(request) : default;
        var payee = request.Operation is Operation.Increment && holds.TryGetValue(grown, out var hold)
            ? hold.Payee : request.Payee ?? roster?.Payee ?? 0;
        if (request.Operation is Operation.Increment && holds.TryGetValue(grown, out var older))
        {
            older.Parts.Add((id, lease.Id, amount, elapsed));
            increments[id] = grown;
        }
        else if (request.Operation is Operation.Auth || request.Flags.HasFlag(RequestFlags.Confirm))
        {
            var made = new RefHold(request.Kid, request.Operation, payee, elapsed + decision.HoldSeconds + ClockStep);
            made.Parts.Add((id, lease.Id, amount, elapsed));
            holds[id] = made;
        }
        else paid[id] = new(lease.Id, payee, amount, elapsed);

        unacknowledged.Add(new(round, request.Kid, lease.Account, payee, amount));
        if (lease.Account is not { } account)
        {
            if (!onFloat.TryGetValue(request.Kid, out var floated)) onFloat[request.Kid] = floated = [];
            floated.Add((elapsed / 60, amount));
            return;
        }

        if (!approvals.TryGetValue(account, out var list)) approvals[account] = list = [];
        list.Add((elapsed / 60, amount));
        var (count, sum) = ever.GetValueOrDefault(account);
        ever[account] = (count + 1, sum + amount);
    }

    private void Spend(RefLease lease, long amountMinor)
    {
        lease.SpentMinor += amountMinor;
        if (lease.SpentMinor < 0 || lease.SpentMinor > lease.LimitMinor)
            complain($"I2: {lease.SpentMinor} of {lease.LimitMinor} are spent on lease {lease.Id}");
    }

    private void Finish(PaymentId id, RefHold hold, long capturedMinor)
    {
        if (!hold.IsOpen) complain("I12: a hold was finished twice");
        if (capturedMinor > hold.AmountMinor) complain($"I12: {capturedMinor} captured of {hold.AmountMinor}");
        var left = capturedMinor;
        foreach (var part in hold.Parts)
        {
            var taken = Math.Min(left, part.AmountMinor);
            left -= taken;
            if (leases.TryGetValue(part.Lease, out var lease)) Spend(lease, taken - part.AmountMinor);
        }

        hold.IsOpen = false;
        if (capturedMinor > 0) paid[id] = new(0, hold.Payee, capturedMinor, elapsed);
    }

    private void Undo(PaymentId target, long amountMinor)
    {
        if (amountMinor == 0) return;
        if (paid.TryGetValue(target, out var payment) && payment.Lease != 0)
        {
            payment.IsReversed = true;
            if (leases.TryGetValue(payment.Lease, out var lease)) Spend(lease, -amountMinor);
        }
        else if (holds.TryGetValue(target, out var hold)) Finish(target, hold, 0);
        else if (increments.TryGetValue(target, out var owner) && holds.TryGetValue(owner, out var grown))
        {
            var at = grown.Parts.FindIndex(part => part.Id == target);
            if (leases.TryGetValue(grown.Parts[at].Lease, out var lease)) Spend(lease, -grown.Parts[at].AmountMinor);
            grown.Parts.RemoveAt(at);
        }
    }

    private static PaymentId TargetOf(PaymentRequest request) => request.ReferenceSequence is { } sequence
        ? PaymentId.Of(new(request.Kid, request.Epoch, sequence)) : request.ReferenceId ?? default;

    private static bool Contains(IReadOnlyList<uint>? list, uint one)
    {
        foreach (var each in list ?? [])
            if (each == one) return true;
        return false;
    }

    private delegate WireError Parse<T>(ReadOnlySpan<byte> payload, out T? document);

    private static T? Document<T>(byte[]? message, Parse<T> parse)
        where T : class =>
        message is not null && CoseSign1.TryParse(message, out var envelope) is WireError.None
        && parse(message.AsSpan(envelope.Payload), out var document) is WireError.None ? document : null;
}
