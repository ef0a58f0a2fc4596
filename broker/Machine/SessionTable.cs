using System.Collections.Concurrent;

namespace MqttPay.Broker.Machine;

/// <summary>
/// All sessions by client id. The table's lock covers opening, ending and the swap of a connection; nothing in it waits
/// for a peer, so a newcomer never waits for the client that it replaces.
/// </summary>
internal sealed class SessionTable(Router router, int sessionsMax)
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, Session> sessions = new(StringComparer.Ordinal);

    public int Count => sessions.Count;

    /// <summary>Opens or resumes a session. A reason other than success means that nothing was changed.</summary>
    public Reason Open(SessionRequest request, long now, TouchList touched, out Session session)
    {
        Will? said = null;
        Outlet? replaced = null;
        lock (gate)
        {
            if (sessions.TryGetValue(request.ClientId, out session!))
            {
                // A takeover needs the identity: somebody else's session stays where it is.
                if (session.Identity.User != request.Identity.User) return Reason.ClientIdNotValid;
                var resumes = !session.Expired(now, out var due) && !request.CleanStart
                    && session.Identity == request.Identity;
                said = due ?? session.TakeReplacedWill(resumes);
                if (resumes)
                {
                    replaced = Attach(session, request, true, now);
                }
                else
                {
                    replaced = session.Outlet;
                    session.End();
                    sessions[request.ClientId] = session = router.NewSession(request.ClientId, request.Identity);
                    Attach(session, request, false, now);
                }
            }
            else
            {
                if (sessions.Count >= sessionsMax) return Reason.QuotaExceeded;
                sessions[request.ClientId] = session = router.NewSession(request.ClientId, request.Identity);
                Attach(session, request, false, now);
            }
        }

        replaced?.Close(Reason.SessionTakenOver);
        Say(said, now, touched);
        return Reason.Success;
    }

    /// <summary>A connection has ended, with or without a proper DISCONNECT.</summary>
    public void Leave(Session session, Outlet outlet, bool normal, uint? newExpiry, long now, TouchList touched)
    {
        Will? said;
        lock (gate)
        {
            if (!session.Detach(outlet, normal, newExpiry, now, out said, out var over)) return;
            if (over) said = End(session) ?? said;
        }

        Say(said, now, touched);
    }

    /// <summary>One tick of the wheel: delayed wills are said, sessions whose time is over end.</summary>
    public void Tick(long now, TouchList touched)
    {
        foreach (var (_, session) in sessions)
        {
            Will? due;
            Will? last = null;
            lock (gate)
            {
                if (session.Expired(now, out due)) last = End(session);
            }

            Say(due, now, touched);
            Say(last, now, touched);
        }
    }

    private Will? End(Session session)
    {
        sessions.TryRemove(new(session.ClientId, session));
        return session.End();
    }

    private static Outlet? Attach(Session session, SessionRequest request, bool present, long now) => session.Attach(
        request.Outlet, request.Window, request.ExpirySeconds, request.Will, () => request.Answer(present), now);

    private void Say(Will? will, long now, TouchList touched)
    {
        if (will is not null) router.SayWill(will, now, touched);
    }
}
