using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>
/// How the book changes: by decisions, events, closed rounds and acknowledgements, and by nothing else.
/// </summary>
public sealed partial class EdgeBook
{
    private readonly SortedDictionary<DecisionCode, long> decided = [];

    /// <summary>Applies one decision.</summary>
    internal void Apply(PaymentRequest request, Hash digest, Decision decision, Place place)
    {
        Invariant.Holds(decision.Sequence == request.Sequence && decision.Epoch == request.Epoch);
        var device = Device(request.Kid);
        device.Chain = new(request.Epoch, request.Sequence, digest);
        names[PaymentId.Of(request.Name)] = new(place, digest.High, decision.Approved);
        decided[decision.Code] = decided.GetValueOrDefault(decision.Code) + 1;
        Batches.Count(request.Operation, request.Currency, decision);
        if (decision.Approved) ApplyApproved(request, decision, place, device);
    }

    internal void Apply(RoundEvent body, Grant? grant, Policy? policy, DenyList? denyList)
    {
        switch (body)
        {
            case RoundEvent.Start start:
                Incarnation = Planted.Is(Bug.P32) ? 1 : checked(Incarnation + 1);
                (LastStart, LastClock) = (start, null);
                ElapsedSeconds = Math.Max(ElapsedSeconds, start.ElapsedSeconds);
                ContactSinceStart = false;
                if (Planted.Is(Bug.P14)) names.Clear();
                break;
            case RoundEvent.Clock clock:
                LastClock = clock;
                ElapsedSeconds = Math.Max(ElapsedSeconds, clock.ElapsedSeconds);
                if (clock.Source == (int)ClockSource.Contact) Contact();
                break;
            case RoundEvent.LeaseOn on:
                Open(on, grant!);
                break;
            case RoundEvent.LeaseStop stop:
                leases[stop.Lease] = leases[stop.Lease] with { State = LeaseState.Stopped };
                stopped.Add(stop.Lease);
                if (stop.Reason == (int)LeaseStopReason.Time)
                    stoppedByTime.Add(new(leases[stop.Lease].Account, leases[stop.Lease].Currency));
                Deactivate(leases[stop.Lease]);
                break;
            case RoundEvent.LeaseClose close:
                Invariant.Holds(leases[close.Lease].RemainingMinor == close.RemainingMinor);
                leases.Remove(close.Lease);
                stopped.Remove(close.Lease);
                newestSales.Remove(close.Lease);
                break;
            case RoundEvent.HoldEnd end:
                EndHold(Holds.Find(PaymentId.Of(new(end.Kid, end.Epoch, end.Sequence)))!, end);
                break;
            case RoundEvent.VoucherKept kept:
                KeepVoucher(kept.Message);
                break;
            case RoundEvent.RosterOn on:
                (RosterVersion, SitePayee) = (on.Version, on.Payee);
                break;
            case RoundEvent.PolicyOn:
                Policy = policy!;
                break;
            case RoundEvent.DenyOn deny:
                DenyVersion = deny.Version;
                denied.Clear();
                denied.UnionWith(denyList!.Keys);
                break;
            case RoundEvent.Conflict conflict:
                if (RequestCodec.TryParse(conflict.Second, out var second) is WireError.None)
                    Device(second.Kid).ConflictedEpoch = Math.Max(Device(second.Kid).ConflictedEpoch, second.Epoch);
                break;
            case RoundEvent.Frozen frozen:
                Frozen = (FreezeCause)frozen.Cause;
                break;
            case Seal:
                break;   // The cutter sees it when the round closes.
            default:
                throw new InvariantException($"an event {body.GetType().Name} is not known to this version");
        }
    }

    /// <summary>Closes a round that is now, or was, on its way to the disk.</summary>
    internal void Close(RoundHeader header, Hash root, bool sealedHere, int bytes)
    {
        Invariant.Holds(header.Number == Head + 1 && header.PreviousRoot == HeadRoot);
        (Head, HeadRoot, Unix) = (header.Number, root, header.Unix);
        rootStarts.Add((uint)(root.High >> 96));
        Batches.Close(header.Number, header.Count, bytes, sealedHere);
        if (sealedHere) touched.Clear();
    }

    /// <summary>Moves the watermark. An acknowledgement of another history is refused.</summary>
    internal bool Apply(Ack ack)
    {
        if (ack.Edge != Edge || ack.Fence != Fence || ack.Round <= Watermark) return false;
        if (RootStart(ack.Round) is not { } start) return false;
        if (start != (uint)(ack.Root.High >> 96) && !Planted.Is(Bug.P45)) return false;
        Watermark = ack.Round;
        Batches.Acknowledge(ack.Round);
        while (unacknowledged.TryPeek(out var approval) && approval.Round <= ack.Round)
        {
            unacknowledged.Dequeue();
            Forget(approval);
        }

        return true;
    }

    internal void Freeze(FreezeCause cause) => Frozen = cause;

    /// <summary>The cloud answered: lists are fresh, and time that was not bounded is again.</summary>
    private void Contact()
    {
        (ContactSeconds, ContactSinceStart) = (ElapsedSeconds, true);
        if (Frozen is FreezeCause.Clock) Frozen = FreezeCause.None;
    }

    private void Open(RoundEvent.LeaseOn on, Grant grant)
    {
        Invariant.Holds(on.Lease == grant.Lease && !leases.ContainsKey(grant.Lease));
        leases[grant.Lease] = new(
            grant.Lease, grant.Account, grant.Currency, grant.AmountMinor, on.SinceSeconds, grant.SpendSeconds);
        touched.Add(grant.Lease);
        activeLeases[new(grant.Account, grant.Currency)] = grant.Lease;
        stoppedByTime.Remove(new(grant.Account, grant.Currency));
        ends.Enqueue(grant.Lease, on.SinceSeconds + grant.SpendSeconds);
        NewestLease = Math.Max(NewestLease, grant.Lease);
    }

    private void Deactivate(Lease lease)
    {
        var purse = new Purse(lease.Account, lease.Currency);
        if (activeLeases.GetValueOrDefault(purse) == lease.Id) activeLeases.Remove(purse);
    }

    private void Forget(UnacknowledgedApproval approval)
    {
        var device = Device(approval.Kid);
        device.Unacknowledged = device.Unacknowledged.Remove(approval.AmountMinor);
        device.Settled++;
        if (approval.Account is { } id)
            Account(id).Unacknowledged = Account(id).Unacknowledged.Remove(approval.AmountMinor);
        payeeExposure[approval.Payee] -= approval.AmountMinor;
        EdgeExposureMinor -= approval.AmountMinor;
    }

    /// <summary>Leases are numbered by the cloud; a grant of an older number was seen before.</summary>
    public long NewestLease { get; private set; }
}
