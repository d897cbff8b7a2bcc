#!/usr/bin/perl
# A day with Mastodon::Client. See ../script-loop.ts for how it talks to the one who runs it; it must never sleep to wait.
use strict;
use warnings;
use v5.10.0;

use Class::Method::Modifiers qw( install_modifier );
use HTTP::Request::Common ();
use IO::Async::Loop;
use JSON::MaybeXS qw( decode_json encode_json );
use Mastodon::Client;
use Mastodon::Listener;
use Net::Async::HTTP;
use Time::HiRes qw( time );
use URI;

$| = 1;
my $LIMIT  = 20;    # seconds for anything that arrives in the server's own time
my @SCOPES = qw( follow read write );

my $scene = decode_json( scalar <STDIN> );
my ( %known, $api, $api2 );

sub say_line { print encode_json( $_[0] ), "\n" }

sub ask {
    my ( $question, %details ) = @_;
    say_line( { ask => $question, %details } );
    my $answer = decode_json( scalar <STDIN> );
    die "$answer->{error}\n" if defined $answer->{error};
    return $answer->{value};
}

sub step {
    my ( $name, $run ) = @_;
    my $value = eval {
        local $SIG{ALRM} = sub { die "nothing after $LIMIT s\n" };
        alarm $LIMIT;
        my $result = $run->();
        alarm 0;
        $result // 1;
    };
    my $error = $@;
    alarm 0;
    $known{$name} = $value;
    say_line( { step => $name, ok => defined $value ? JSON::MaybeXS::true : JSON::MaybeXS::false, detail => defined $value ? q{} : "$error" } );
}

sub must { my ( $condition, $message ) = @_; die "$message\n" unless $condition }

sub known {
    my $value = $known{ $_[0] };
    must( defined $value, "needs $_[0], which failed" );
    return $value;
}

# Asks again until there is an answer; the alarm of the step ends it.
sub eventually {
    my ($look) = @_;
    while (1) {
        my $found = $look->();
        return $found if $found;
        select( undef, undef, undef, 0.1 );
    }
}

sub find { my ( $list, $id ) = @_; return ( grep { $_->{id} eq $id } @{$list} )[0] }

step 'log in' => sub {
    $api = Mastodon::Client->new(
        instance => $scene->{baseUrl},
        name     => 'Daily loop',
        website  => 'https://example.org',
        scopes   => [@SCOPES],
    );
    $api->register;
    my $code = ask( code => url => $api->authorization_url->as_string );

    # The library's own authorize() asks below /api/v1, where no Mastodon server has a token endpoint.
    my $response = $api->user_agent->request(
        HTTP::Request::Common::POST(
            "$scene->{baseUrl}/oauth/token",
            [
                grant_type    => 'authorization_code',
                code          => $code,
                client_id     => $api->client_id,
                client_secret => $api->client_secret,
                redirect_uri  => $api->redirect_uri,
                scope         => join( q{ }, sort @SCOPES ),
            ]
        )
    );
    must( $response->is_success, $response->status_line . q{ } . $response->decoded_content );
    my $token = decode_json( $response->content );
    must( join( q{ }, sort split / /, $token->{scope} ) eq join( q{ }, sort @SCOPES ), "other scopes: $token->{scope}" );
    must( $token->{created_at} =~ /^\d+$/, "created_at is not whole seconds: $token->{created_at}" );
    $api->access_token( $token->{access_token} );

    # The library knows one version of the API at a time, and search has moved to the second.
    $api2 = Mastodon::Client->new( instance => $scene->{baseUrl}, name => 'Daily loop', api_version => 2 );
    $api2->access_token( $token->{access_token} );

    my $me = $api->get_account;
    must( $me->{username} eq $scene->{username}, "signed in as $me->{username}" );
};

# The library means to make a method of every action on a post or an account, but its loop over them is broken: favourites,
# follows and contexts go through get() and post().

step 'read the instance' => sub {
    my $instance = $api->get('instance');
    must( $instance->{title} ne q{}, 'no title' );
};

step 'post' => sub {
    my $status = $api->post_status(
        "First post by Perl $scene->{mark}",
        { visibility => 'unlisted', spoiler_text => 'about the day' }
    );
    must( $status->{visibility} eq 'unlisted',         'the visibility is lost' );
    must( $status->{spoiler_text} eq 'about the day', 'the warning is lost' );
    return $status;
};

step 'reply' => sub {
    my $status = $api->post_status( "\@$scene->{otherUsername} A reply $scene->{mark}", { in_reply_to_id => $scene->{targetId} } );
    must( $status->{in_reply_to_id} eq $scene->{targetId}, 'not a reply to the target' );
    must( find( $api->get("statuses/$scene->{targetId}/context")->{descendants}, $status->{id} ), 'not in the context' );
    return $status;
};

step 'favourite' => sub {
    must( $api->post("statuses/$scene->{targetId}/favourite")->{favourited}, 'not favourited' );
    must( find( $api->favourites, $scene->{targetId} ), 'not in the list of favourites' );
};

step 'reblog' => sub {
    must( $api->reblog_status( $scene->{targetId} )->{reblog}{id} eq $scene->{targetId}, 'the wrapper does not hold the target' );
};

step 'bookmark' => sub {
    must( $api->post("statuses/$scene->{targetId}/bookmark")->{bookmarked}, 'not bookmarked' );
    must( find( $api->get('bookmarks'), $scene->{targetId} ), 'not in the list of bookmarks' );
};

step 'search' => sub {
    eventually( sub { find( $api2->search( $scene->{otherUsername} )->{accounts}, $scene->{otherId} ) } );
    eventually( sub { find( $api->search_accounts( $scene->{otherUsername} ), $scene->{otherId} ) } );
};

step 'follow' => sub {
    must( $api->post("accounts/$scene->{otherId}/follow")->{following}, 'not following' );
    must( $api->relationships( $scene->{otherId} )->[0]{following}, 'not following on a second look' );
};

step 'upload media' => sub {
    my $media = $api->upload_media( $scene->{picture}, { description => 'An orange square', focus => [ 0.5, -0.5 ] } );
    must( $media->{url}, 'no url' );
    return $media;
};

step 'post media' => sub {
    my $status = $api->post_status( "A picture $scene->{mark}", { media_ids => [ known('upload media')->{id} ] } );
    must( $status->{media_attachments}[0]{description} eq 'An orange square', 'the description is lost' );
    return $status;
};

step 'read notifications' => sub {
    my $id = known('post')->{id};
    ask( favourite => id => "$id" );
    my $notification = eventually(
        sub { ( grep { $_->{type} eq 'favourite' and $_->{status}{id} eq $id } @{ $api->notifications } )[0] } );
    must( $notification->{account}{username} eq $scene->{otherUsername}, 'not from the other member' );
    must( $api->get_notification( $notification->{id} )->{id} eq $notification->{id}, 'cannot be read by its id' );
};

step 'read the home timeline' => sub {
    eventually( sub { find( $api->timeline( home => { limit => 40 } ), known('post')->{id} ) } );
};

step 'read the public timeline' => sub {
    eventually( sub { find( $api->timeline( public => { limit => 40, local => 'true' } ), $scene->{targetId} ) } );
};

step 'read the tag timeline' => sub {

    # The library's own form, timeline('#tag'), sends the # as a fragment, and so no tag at all.
    eventually( sub { find( $api->timeline("tag/$scene->{tag}"), $scene->{targetId} ) } );
};

step 'listen to the stream' => sub {
    my ( $asked, $seen, $heard );
    install_modifier(
        'Net::Async::HTTP',
        'around', 'do_request',
        sub {
            my ( $original, $self, %request ) = @_;
            my $on_header = $request{on_header};
            $request{on_header} = sub {
                my ($response) = @_;
                my $reader = $on_header->($response);
                if ( $response->is_success and not $asked ) {
                    $asked = ask( post => text => "Live from the other member $scene->{mark}" );
                }
                return $reader;
            };
            return $self->$original(%request);
        }
    );
    my $listener = $api->stream('user');
    $listener->on( error => sub { my ( undef, undef, $message ) = @_; $heard = $message } );
    $listener->on(
        update => sub {
            my ( undef, $status ) = @_;
            $seen = $status;

            $listener->stop if $asked and $status->{id} eq $asked;
        }
    );

    # The loop of IO::Async does not let the alarm of the step through.
    IO::Async::Loop->new->watch_time( after => $LIMIT, code => sub { $heard //= "nothing after $LIMIT s"; $listener->stop } );
    eval { $listener->start };
    must( $seen && $asked && $seen->{id} eq $asked, 'no update: ' . ( $heard // $@ ) );
    must( $seen->{account}{username} eq $scene->{otherUsername}, 'not by the other member' );
};

# The library cannot delete: it passes the body where HTTP::Request::Common takes headers, and never gets to the server.
