using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>
/// What the cloud sends: leases, policy, deny list, roster. Versions only rise; the shell has checked signatures.
/// </summary>
public sealed partial class EdgeMachine
{
    private void Start(Input.Started started)
    {
        if (started.Freeze is not FreezeCause.Journal)
            Tell(new RoundEvent.Start(
                started.Version, started.Clean, started.BootId, started.BootSeconds, now.ElapsedSeconds));
        if (started.Freeze is not FreezeCause.None) Freeze(started.Freeze);
        TellRoster();
    }

    private void Freeze(FreezeCause cause)
    {
        if (cause is FreezeCause.Journal) book.Freeze(cause);   // Nothing may be written behind damage.
        else if (book.Frozen is FreezeCause.None) Tell(new RoundEvent.Frozen((int)cause, null));
    }

    /// <summary>
    /// A new lease replaces the purse's old one, which closes when its last hold ends. No lease ever grows.
    /// </summary>
    private void TakeGrant(Input.Granted granted)
    {
        var grant = granted.Grant;
        if (book.Frozen is not FreezeCause.None || grant.Edge != book.Edge || grant.Fence != book.Fence) return;
        var seen = book.Leases.ContainsKey(grant.Lease) || grant.Lease <= book.NewestLease;
        if (seen && !Planted.Is(Bug.P28)) return;
        Tick();
        var old = book.ActiveLease(new(grant.Account, grant.Currency));
        Tell(new RoundEvent.LeaseOn(grant.Lease, granted.SinceSeconds), granted.Message, grant: grant);
        if (old is not null) Stop(old.Id, LeaseStopReason.Replaced);
    }

    private void Stop(long id, LeaseStopReason reason)
    {
        if (book.Frozen is not FreezeCause.None) return;   // What was spent of it may be in a lost future.
        if (!book.Leases.TryGetValue(id, out var lease) || lease.State is not LeaseState.Active) return;
        Tell(new RoundEvent.LeaseStop(id, (int)reason));
        CloseWhatIsDone();
    }

    private void TakePolicy(Policy policy, byte[] message)
    {
        if (book.Frozen is FreezeCause.Journal || IsOld(policy)) return;
        Tell(new RoundEvent.PolicyOn(policy.Version), message, policy: policy);
    }

    private bool IsOld(Policy policy) =>
        policy.Version <= (book.Policy?.Version ?? 0)
            && !(Planted.Is(Bug.P34) && policy.Version != book.Policy?.Version);

    private void TakeDenyList(DenyList list, byte[] message)
    {
        if (book.Frozen is FreezeCause.Journal || list.Version <= book.DenyVersion) return;
        Tell(new RoundEvent.DenyOn(list.Version), message, denyList: list);
    }

    private void TakeRoster(Roster newer, Hash digest)
    {
        if (newer.Edge != book.Edge || newer.Version <= roster.Version) return;
        (roster, rosterDigest) = (new(newer), digest);
        TellRoster();
    }

    /// <summary>From here on requests are judged by this list; a replay needs to know by which.</summary>
    private void TellRoster()
    {
        if (book.Incarnation == 0 || book.Frozen is FreezeCause.Journal) return;
        if (roster.Version > book.RosterVersion)
            Tell(new RoundEvent.RosterOn(roster.Version, roster.Payee, rosterDigest));
    }

    /// <summary>The cloud answered. Worth a record now and then: ages of lists count from the last one.</summary>
    private void TakeContact()
    {
        var due = now.ElapsedSeconds - book.ContactSeconds >= EdgeSettings.ContactStepSeconds;
        if (book.Frozen is FreezeCause.Journal || (contacted && !due)) return;
        contacted = true;
        Tell(new RoundEvent.Clock(now.ElapsedSeconds, now.Unix, (int)ClockSource.Contact));
    }
}
